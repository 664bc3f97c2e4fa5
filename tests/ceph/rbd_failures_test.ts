/**
 * Every way in which the real `rbd` fails before its first byte, and the handler's error for it:
 * whether an operator has to correct capabilities, a configuration or the image.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { UNRESOLVABLE } from "../doubles/host_name.ts";
import { CEPH_CONF, cephConf, keyringOf, monitorAt } from "@lab/ceph/ceph_conf.ts";
import { FSID, POOL } from "@lab/ceph/layout.ts";
import { dense, noise } from "@lab/embedded/content.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";
import type { RbdTransfer } from "@/sources/rbd/source.ts";
import { systemProcesses } from "@/system/processes.ts";
import { receive } from "../suites/received.ts";
import { RBD_HOST } from "./rbd_host.ts";
import { putImage, removeImage } from "./rbd_image.ts";
import { WITHOUT_RIGHTS } from "./without_rights.ts";
import { rbdSource } from "../doubles/rbd_source.ts";

const CONTENT = dense(noise(100));
const NAME = crypto.randomUUID();

/** How a case differs from a reading that would go well. */
interface Case {
  readonly code: ErrorCode;
  readonly pool?: string;
  readonly image?: string;
  readonly snapshot?: string;
  readonly user?: string;
  /** Text of the ceph.conf; `null` is one that is not there. */
  readonly conf?: string | null;
  /** Text of the keyring. */
  readonly keyring?: string;
}

const WRONG_KEY = "[client.nova]\n\tkey = AQBxyzxyAAAAABAAxyzxyzxyzxyzxyzxyzxyzw==\n";

const CASES: Readonly<Record<string, Case>> = {
  "another image": { image: crypto.randomUUID(), code: "not_found" },
  "another snapshot": { snapshot: "other", code: "not_found" },
  "another pool": { pool: "other", code: "not_found" },
  "a user without a keyring": { user: "nobody", code: "permission_denied" },
  "a user without rights on the pool": { user: "nocaps", code: WITHOUT_RIGHTS.code },
  "a wrong key": { keyring: WRONG_KEY, code: "permission_denied" },
  "a keyring that is none": { keyring: "garbage\n", code: "permission_denied" },
  "a ceph.conf that is not there": { conf: null, code: "config_invalid" },
  "a ceph.conf that is none": { conf: "hello world\n", code: "config_invalid" },
  "a ceph.conf without monitors": { conf: "[global]\n", code: "config_invalid" },
  "a monitor whose name does not resolve": {
    conf: `[global]\nmon_host = ${UNRESOLVABLE}\n`,
    code: "config_invalid",
  },
  "a monitor that does not exist": { conf: cephConf(monitorAt(1, 2)), code: "timeout" },
};

Deno.test.beforeAll(() => putImage(NAME, CONTENT));
Deno.test.afterAll(() => removeImage(NAME));

for (const [what, one] of Object.entries(CASES)) {
  for (const transfer of ["sparse", "plain"] as const) {
    Deno.test(`rbd (${transfer}) with ${what} fails as '${one.code}'`, async () => {
      const directory = await Deno.makeTempDir();
      try {
        const source = sourceOf(one, transfer, await confOf(one, directory));
        // A name that does not resolve is told on standard output, as if it were data.
        const any = { anyBytes: true };
        const error = await assertRejects(() => receive(source, CONTENT, any), ToolError);
        assertEquals([error.code, error.hints.length], [one.code, 1], error.message);
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    });
  }
}

Deno.test("rbd without any of that reads the image", async () => {
  const { length } = await receive(sourceOf({ code: "internal" }, "plain", CEPH_CONF), CONTENT);
  assertEquals(length, CONTENT.size);
});

function sourceOf(
  { pool = POOL, image = NAME, snapshot = "snap", user = "nova" }: Case,
  transfer: RbdTransfer,
  conf: string,
) {
  const host = {
    ...RBD_HOST,
    clusterFor: () => ({ conf, user }),
    transfer,
    pools: [],
    connectTimeout: 1,
    requestTimeout: 10,
  };
  const url = `rbd://${FSID}/${pool}/${image}/${snapshot}`;
  return rbdSource(systemProcesses, host, url, image);
}

/** Path of the case's ceph.conf. */
async function confOf({ conf, keyring }: Case, directory: string): Promise<string> {
  if (conf === undefined && keyring === undefined) return CEPH_CONF;
  const path = `${directory}/ceph.conf`;
  if (conf === null) return path;
  await Deno.writeTextFile(`${directory}/keyring`, keyring ?? "");
  const text = keyring === undefined
    ? conf ?? ""
    : cephConf().replace(keyringOf("$id"), `${directory}/keyring`);
  await Deno.writeTextFile(path, text);
  return path;
}
