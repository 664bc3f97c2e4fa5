/**
 * How the rbd handler reacts to every fault of `rbd` and its cluster: no wrong image succeeds, and
 * an operator or a script can act on the error's code.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { UNRESOLVABLE } from "../doubles/host_name.ts";
import { EmbeddedCeph, OBJECT_SIZE } from "@lab/embedded/ceph.ts";
import { dense, noise } from "@lab/embedded/content.ts";
import type { RbdFault } from "@lab/embedded/fault.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";
import type { RbdTransfer } from "@/sources/rbd/source.ts";
import { processesWith } from "@/system/processes.ts";
import { quickClock, Wrappers } from "../doubles/wrapper.ts";
import { receive } from "./received.ts";
import { type RbdHost, rbdSource } from "../doubles/rbd_source.ts";

const ID = "0e5f0000-0000-4000-8000-000000000001";
const END = Number.MAX_SAFE_INTEGER;

/** Three objects, so that there is one before and one after the one that goes wrong. */
const CONTENT = dense(noise(2 * OBJECT_SIZE + 4321));

/** What comes before the error is not the image. */
const WRONG = { anyBytes: true };

interface Case {
  readonly name: string;
  readonly fault?: RbdFault;
  readonly arrange?: (ceph: EmbeddedCeph) => Partial<RbdHost>;
  readonly sparse: ErrorCode;
  readonly plain: ErrorCode;
}

const user = (id: string) => (ceph: EmbeddedCeph): Partial<RbdHost> => ({
  clusterFor: () => ({ conf: ceph.conf, user: id }),
});

const conf = (text: string) => (ceph: EmbeddedCeph): Partial<RbdHost> => {
  Deno.writeTextFileSync(ceph.conf, text);
  return {};
};

const keyring = (text: string) => (ceph: EmbeddedCeph): Partial<RbdHost> => {
  Deno.writeTextFileSync(ceph.keyring("nova"), text);
  return {};
};

const both = (code: ErrorCode) => ({ sparse: code, plain: code });

const CASES: readonly Case[] = [
  { name: "monitors out of reach", fault: { kind: "monitor" }, ...both("timeout") },
  { name: "an OSD that is down before the open", fault: { kind: "silent" }, ...both("timeout") },
  {
    name: "an OSD that goes down during the transfer",
    fault: { kind: "hang", after: OBJECT_SIZE },
    ...both("timeout"),
  },
  {
    name: "an object that cannot be read",
    fault: { kind: "unreadable", object: 1 },
    ...both("source_unavailable"),
  },
  { name: "a child killed at its end", fault: { kind: "cut", after: END }, ...both("temporary") },
  {
    name: "a truncated stream and exit status 0",
    fault: { kind: "truncate", after: OBJECT_SIZE + 100 },
    sparse: "temporary",
    plain: "size_mismatch",
  },
  {
    name: "everything but the last byte and exit status 0",
    fault: { kind: "truncate", after: -1 },
    sparse: "temporary",
    plain: "size_mismatch",
  },
  {
    name: "bytes after the end and exit status 0",
    fault: { kind: "append", text: "warning: something\n" },
    sparse: "temporary",
    plain: "size_mismatch",
  },
  {
    name: "an object sent twice",
    fault: { kind: "repeat", object: 1 },
    sparse: "temporary",
    plain: "size_mismatch",
  },
  {
    name: "a failure after all is sent",
    fault: { kind: "status", status: 5 },
    ...both("source_unavailable"),
  },
  {
    name: "text in place of data and exit status 0",
    fault: { kind: "output", base64: btoa("usage: rbd <command> ...\n"), status: 0 },
    sparse: "temporary",
    plain: "size_mismatch",
  },
  {
    name: "a length beyond every disk",
    fault: { kind: "output", base64: btoa("rbd diff v1\nw" + "\xff".repeat(16)), status: 0 },
    sparse: "temporary",
    plain: "size_mismatch",
  },
  { name: "a user without a keyring", arrange: user("nobody"), ...both("permission_denied") },
  { name: "a user without rights", arrange: user("nocaps"), ...both("permission_denied") },
  {
    name: "a wrong key",
    arrange: keyring("[client.nova]\n\tkey = AQAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAA==\n"),
    ...both("permission_denied"),
  },
  { name: "a garbled keyring", arrange: keyring("garbage\n"), ...both("permission_denied") },
  { name: "a garbled ceph.conf", arrange: conf("hello world\n"), ...both("config_invalid") },
  { name: "a ceph.conf without monitors", arrange: conf("[global]\n"), ...both("config_invalid") },
  {
    name: "a monitor whose name does not resolve",
    arrange: conf(`[global]\nmon_host = ${UNRESOLVABLE}\n`),
    ...both("config_invalid"),
  },
  {
    name: "a ceph.conf that is not there",
    arrange: () => ({ clusterFor: () => ({ conf: "/proc/none/ceph.conf", user: "nova" }) }),
    ...both("config_invalid"),
  },
  {
    name: "a program that is not there",
    arrange: () => ({ program: "/proc/none/rbd" }),
    ...both("source_unavailable"),
  },
];

for (const transfer of ["sparse", "plain"] as const) {
  for (const { name, fault, arrange, ...codes } of CASES) {
    Deno.test(`rbd (${transfer}): ${name} is '${codes[transfer]}'`, async () => {
      await using lab = startCeph();
      lab.ceph.setFault(ID, fault);
      const source = lab.source(transfer, arrange?.(lab.ceph));
      const error = await assertRejects(() => receive(source, CONTENT, WRONG), ToolError);
      assertEquals(error.code, codes[transfer], error.message);
      assertEquals(lab.ceph.running(), []);
    });
  }

  Deno.test(`rbd (${transfer}): a chatty child is drained and its image whole`, async () => {
    await using lab = startCeph();
    lab.ceph.setFault(ID, { kind: "chatter", bytes: 1 << 20 });
    const { length } = await receive(lab.source(transfer), CONTENT);
    assertEquals(length, CONTENT.size);
  });

  Deno.test(`rbd (${transfer}): a child that has sent everything must also exit`, async () => {
    await using lab = startCeph();
    lab.ceph.setFault(ID, { kind: "hang", after: END });
    const source = lab.source(transfer, { requestTimeout: 0 });
    const controller = new AbortController();
    const reason = new ToolError("timeout", "The test has seen enough");
    const onTransferred = (total: number) => {
      if (total >= CONTENT.size) controller.abort(reason);
    };
    const options = { signal: controller.signal, onTransferred };
    assertEquals(await assertRejects(() => receive(source, CONTENT, options), ToolError), reason);
    assertEquals(lab.ceph.running(), []);
  });
}

/** Wrappers as operators write them around a container; `$RBD "$@"` is what they run. */
const LEAVING: Readonly<Record<string, string>> = {
  "standard error": '$RBD "$@"; sleep 60 >&- & echo $! >> $LEFT',
  "standard output": '$RBD "$@"; sleep 60 2>&- & echo $! >> $LEFT',
  "both": '$RBD "$@"; sleep 60 & echo $! >> $LEFT',
};

for (const transfer of ["sparse", "plain"] as const) {
  for (const [pipe, text] of Object.entries(LEAVING)) {
    // ceph/ceph.automation#45, TheJJ/ceph-balancer#27: rbd by way of cephadm or podman.
    Deno.test(`rbd (${transfer}): a wrapper that leaves ${pipe} open has sent the image`, async () => {
      await using lab = startCeph();
      await using wrappers = new Wrappers();
      const program = wrappers.write("rbd", text.replace("$RBD", lab.ceph.program));
      const { length } = await receive(lab.source(transfer, { program }), CONTENT);
      assertEquals([length, wrappers.isAnythingLeft], [CONTENT.size, true]);
    });
  }

  Deno.test(`rbd (${transfer}): a wrapper that does not exec is not waited for`, async () => {
    await using lab = startCeph();
    await using wrappers = new Wrappers();
    const program = wrappers.write("rbd", "echo begun; sleep 60 & echo $! >> $LEFT; wait");
    const controller = new AbortController();
    const reason = new ToolError("timeout", "The test has seen enough");
    const onTransferred = () => controller.abort(reason);
    const options = { ...WRONG, signal: controller.signal, onTransferred };
    const source = lab.source(transfer, { program });
    assertEquals(await assertRejects(() => receive(source, CONTENT, options), ToolError), reason);
  });
}

Deno.test("rbd (sparse): objects out of order make the next try a plain one", async () => {
  await using lab = startCeph();
  const source = lab.source("sparse");
  lab.ceph.setFault(ID, { kind: "swap", first: 0, second: 1 });
  const error = await assertRejects(() => receive(source, CONTENT, WRONG), ToolError);
  assertEquals([error.code, error.retryAfter], ["temporary", 0], error.message);
  lab.ceph.setFault(ID, undefined);
  // Only `export` counts exactly the image's bytes: `export-diff` adds its records.
  const { transferred } = await receive(source, CONTENT);
  assertEquals(transferred, CONTENT.size);
});

function startCeph() {
  const directory = Deno.makeTempDirSync();
  const ceph = EmbeddedCeph.create(directory);
  const url = ceph.store(ID, CONTENT);
  return {
    ceph,
    source(transfer: RbdTransfer, options: Partial<RbdHost> = {}) {
      const host = {
        program: ceph.program,
        clusterFor: () => ({ conf: ceph.conf, user: "nova" }),
        transfer,
        pools: [],
        allowForeignNames: false,
        concurrentOps: 10,
        // Seconds of a real child's time; Ceph takes fractions.
        connectTimeout: 0.1,
        requestTimeout: 0.1,
        ...options,
      };
      return rbdSource(processesWith(quickClock), host, url, ID);
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(directory, { recursive: true });
    },
  };
}
