/**
 * A wrapper in the place of `rbd`, as operators write them around cephadm and podman
 * (ceph/ceph.automation#45, TheJJ/ceph-balancer#27).
 *
 * @module
 */
import { dirname } from "node:path";
import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { dense, noise, sparse } from "@lab/embedded/content.ts";
import { qcow2 } from "@lab/embedded/qcow2.ts";
import type { CheckReport } from "@/doctor/examine.ts";
import { Host } from "./host.ts";
import {
  failureOf,
  PLACES,
  program,
  QEMU_IMG_PLACE,
  RBD,
  RBD_PLACE,
  resultOf,
  run,
} from "./program.ts";

/** A disk of nothing but zeros. */
const DISK = sparse(1 << 20, {});

const IMAGE = { diskFormat: "raw", content: dense(noise(1 << 20)) } as const;

/** Only root can put something there that is run. */
const IS_ROOT = Deno.uid() === 0;

/** Puts a script somewhere for as long as `test` takes, and ends what it has noted in `$LEFT`. */
async function withScript(path: string, text: string, test: () => Promise<void>): Promise<void> {
  await program();
  const before = await Deno.readTextFile(path).catch(() => undefined);
  const left = await Deno.makeTempFile();
  await Deno.mkdir(dirname(path), { recursive: true });
  try {
    await Deno.writeTextFile(path, `#!/bin/sh\nLEFT=${left}\n${text}\n`);
    await Deno.chmod(path, 0o755);
    await test();
  } finally {
    for (const pid of (await Deno.readTextFile(left)).split("\n").filter(Boolean)) {
      Deno.kill(Number(pid), "SIGKILL");
    }
    await Deno.remove(left);
    if (before === undefined) await Deno.remove(path);
    else await Deno.writeTextFile(path, before);
  }
}

/** What a wrapper runs: the stand-in's own script, from elsewhere. */
async function standIn(): Promise<string> {
  await program();
  const copy = `${RBD}-real`;
  await Deno.copyFile(RBD, copy);
  return copy;
}

const LEAVING: Readonly<Record<string, string>> = {
  "standard error": "sleep 60 >&- & echo $! >> $LEFT",
  "standard output": "sleep 60 2>&- & echo $! >> $LEFT",
};

for (const [pipe, rest] of Object.entries(LEAVING)) {
  Deno.test(`fetch accepts the image of a wrapper that leaves ${pipe} open`, async () => {
    await using host = new Host();
    const { id } = host.lab.addImage(IMAGE);
    await withScript(RBD, `${await standIn()} "$@"\n${rest}`, async () => {
      const ended = await host.run(["fetch", id]);
      assertEquals(resultOf(ended).source, "rbd");
      assertLess(ended.seconds, 20);
    });
  });
}

Deno.test("fetch falls back from a wrapper that does not exec what it runs, within the bounds", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(IMAGE);
  await withScript(RBD, "sleep 60 & echo $! >> $LEFT\nwait", async () => {
    const ended = await host.run(["fetch", id, "--stall-timeout=1s"]);
    const { attempts, source } = resultOf(ended);
    assertEquals([source, attempts[0]?.code], ["glance", "timeout"]);
    assertLess(ended.seconds, 20);
  });
});

Deno.test("fetch and doctor run the program that root has put at the operator's path", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(IMAGE);
  // What is left behind holds both pipes open.
  const script = `sleep 60 & echo $! >> $LEFT\nexec ${await standIn()} "$@"`;
  await withScript(RBD_PLACE, script, async () => {
    const result = resultOf(await host.run(["fetch", id]));
    const [report] = JSON.parse(
      (await host.run(["doctor", "rbd.program"])).stdout,
    ) as CheckReport[];
    if (IS_ROOT) {
      assertEquals([result.source, report?.status], ["rbd", "ok"]);
      assertMatch(report?.summary ?? "", new RegExp(`^'${RBD_PLACE}' is ceph version`));
      assertEquals(report?.details, `it is run instead of '${RBD}'`);
    } else {
      assertEquals([result.source, report?.status], ["glance", "failure"]);
      assertMatch(report?.summary ?? "", /only root may be able to change it$/);
    }
  });
});

Deno.test("fetch and doctor refuse a program that users other than root can change", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(IMAGE);
  await withScript(RBD_PLACE, `exec ${await standIn()} "$@"`, async () => {
    await Deno.chmod(RBD_PLACE, 0o777);
    const { attempts, source } = resultOf(await host.run(["fetch", id]));
    assertEquals([source, attempts[0]?.outcome, attempts[0]?.code], [
      "glance",
      "skipped",
      "config_invalid",
    ]);
    assertMatch(attempts[0]?.message ?? "", new RegExp(`^Not running '${RBD_PLACE}': '`));
    const { status, stdout } = await host.run(["doctor", "rbd"]);
    const reports = JSON.parse(stdout) as CheckReport[];
    assertEquals(status, 2);
    const failed = reports.filter((one) => one.status === "failure").map((one) => one.id);
    assertEquals(failed, ["rbd.program"]);
  });
});

Deno.test("hook install makes the directory of the operator's paths", async () => {
  await Deno.remove(`${PLACES}/usr/lib`, { recursive: true });
  const { status, stderr } = await run(["hook", "install", `--root=${PLACES}`, "--force"]);
  assertEquals(status, 0, stderr);
  const names = await Array.fromAsync(Deno.readDir(dirname(RBD_PLACE)), ({ name }) => name);
  assertEquals(names, ["nova"]);
});

/** What `qemu-img convert` does, for an image whose disk is zeros. */
const CONVERT = `for to; do :; done; truncate -s ${DISK.size} "$to"; echo "(100.00/100%)"`;

Deno.test("fetch converts with the program at the operator's path, whatever that leaves behind", async () => {
  await using host = new Host({ nova: { "DEFAULT.force_raw_images": "true" } });
  const { id } = host.lab.addImage({ diskFormat: "qcow2", content: qcow2(DISK) });
  const script = `${CONVERT}\nsleep 60 & echo $! >> $LEFT`;
  await withScript(QEMU_IMG_PLACE, script, async () => {
    const ended = await host.run(["fetch", id]);
    if (IS_ROOT) {
      assertEquals(resultOf(ended).bytes.allocated, 0);
      assertEquals((await Deno.stat(host.base(id))).size, DISK.size);
    } else {
      assertMatch(failureOf(ended, 78).message, /only root may be able to change it$/);
    }
    assertLess(ended.seconds, 20);
  });
});

Deno.test("fetch runs the target of a link at the operator's path", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(IMAGE);
  const directory = await Deno.makeTempDir();
  try {
    await withScript(`${directory}/rbd`, `exec ${await standIn()} "$@"`, async () => {
      await Deno.symlink(`${directory}/rbd`, RBD_PLACE);
      try {
        const { source } = resultOf(await host.run(["fetch", id]));
        assertEquals(source, IS_ROOT ? "rbd" : "glance");
      } finally {
        await Deno.remove(RBD_PLACE);
      }
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
