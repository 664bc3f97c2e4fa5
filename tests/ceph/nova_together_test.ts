/**
 * The real nova and this program fetch one image at the same time: the first one is waited for or
 * not, the image arrives complete, and neither touches the other's file.
 *
 * @module
 */
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { glance } from "@lab/ceph/glance.ts";
import { DENSE, makeImages, QCOW2 } from "@lab/ceph/images.ts";
import { writeNovaConf } from "@lab/ceph/nova_conf.ts";
import { upload } from "@lab/ceph/seed.ts";
import { until } from "@lab/ceph/wait.ts";
import { rbdProcesses, untilExporting } from "./compute_host.ts";
import { assertSameBytes } from "./content.ts";
import { requestsDuring } from "./glance_log.ts";
import { NovaCompute } from "./nova_compute.ts";
import { resultOf, type Running, start } from "./tool.ts";

Deno.test.beforeAll(async () => {
  await makeImages();
  await upload(DENSE);
  await upload(QCOW2);
});

/** Starts to fill the host's cache, past Keystone and the Glance that nova uses. */
async function prefetch(host: NovaCompute, id: string): Promise<Running> {
  const directory = await Deno.makeTempDir();
  const more =
    `[DEFAULT]\ninstances_path = ${host.instances}\nforce_raw_images = ${host.forceRaw}\n`;
  const { conf } = await writeNovaConf(directory, { auth: "none", more });
  const running = start([
    "prefetch",
    id,
    "--config-file",
    conf,
    "-f",
    "json",
    "--stall-timeout=120s",
  ]);
  running.ended.finally(() => Deno.remove(directory, { recursive: true })).catch(() => {});
  return running;
}

/** Bytes of nova's unfinished file. */
async function sizeOf(path: string): Promise<number> {
  return await Deno.stat(path).then(({ size }) => size, () => 0);
}

/** Lets nova begin to download by itself, and stops Glance in the middle. */
async function beginAndPause(host: NovaCompute, id: string) {
  const part = `${host.base(id)}.part`;
  const made = host.makeDisk(id, { hook: false });
  await until(`'${part}'`, async () => await sizeOf(part) > 0, 60);
  await glance.pause();
  const size = await sizeOf(part);
  assert(size < (await Deno.stat(DENSE.path)).size, "nova was too fast to be met in the middle");
  return { made, part };
}

/** Stops every `rbd` that exports an image, or lets them go on. */
async function signalExports(id: string, signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
  for (const pid of await rbdProcesses(id)) Deno.kill(pid, signal);
}

Deno.test("prefetch waits for nova's own download, and downloads nothing", async () => {
  await using host = await NovaCompute.make({ rbd: false });
  const asked = await requestsDuring(async () => {
    const { made } = await beginAndPause(host, DENSE.id);
    try {
      const running = await prefetch(host, DENSE.id);
      await until("turn of prefetch", () => host.hasLock(DENSE.id), 60);
      await glance.resume();
      const { outcome, path } = resultOf(await running.ended);
      assertEquals([outcome, path], ["cached", host.base(DENSE.id)]);
    } finally {
      await glance.resume();
    }
    assertEquals((await made).raised, null);
  });
  const path = `GET /v2/images/${DENSE.id}/file`;
  assertEquals(asked.filter((request) => request.endsWith("/file")), [path]);
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
  await host.assertLeft(DENSE.id, "the image");
});

Deno.test("prefetch does not wait for a stalled download of nova's own, and damages nothing", async () => {
  await using host = await NovaCompute.make({ rbd: false });
  const { made, part } = await beginAndPause(host, DENSE.id);
  try {
    const { ino } = await Deno.stat(part);
    const ended = await (await prefetch(host, DENSE.id)).ended;
    assertMatch(ended.stderr, /nova does not continue with/);
    assertEquals(resultOf(ended).outcome, "fetched");
    const after = await Deno.stat(part);
    assertEquals(after.ino, ino, "nova's file is nova's");
    assertLess(after.size, (await Deno.stat(DENSE.path)).size);
    await assertSameBytes(host.base(DENSE.id), DENSE.path);
  } finally {
    await glance.resume();
  }
  const { backing, raised } = await made;
  assertEquals([raised, backing], [null, host.base(DENSE.id)]);
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
  await host.assertLeft(DENSE.id, "the image");
});

Deno.test("prefetch keeps the base that nova made first", async () => {
  await using host = await NovaCompute.make({ rbd: false });
  const running = await prefetch(host, DENSE.id);
  await untilExporting(DENSE.id);
  await signalExports(DENSE.id, "SIGSTOP");
  try {
    assertEquals((await host.makeDisk(DENSE.id, { hook: false })).raised, null);
  } finally {
    await signalExports(DENSE.id, "SIGCONT");
  }
  const { ino } = await Deno.stat(host.base(DENSE.id));
  assertEquals(resultOf(await running.ended).outcome, "cached");
  assertEquals((await Deno.stat(host.base(DENSE.id))).ino, ino, "a complete base is not replaced");
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
  await host.assertLeft(DENSE.id, "the image");
});

Deno.test("nova's hook uses the image of a prefetch in progress", async () => {
  await using host = await NovaCompute.make();
  const running = await prefetch(host, DENSE.id);
  await untilExporting(DENSE.id);
  await signalExports(DENSE.id, "SIGSTOP");
  const made = host.makeDisk(DENSE.id, { hook: true });
  await until("hook", () => host.isHooked(), 60).finally(() => signalExports(DENSE.id, "SIGCONT"));
  assertEquals(resultOf(await running.ended).source, "rbd");
  const { log, raised } = await made;
  assertEquals(raised, null);
  assertMatch(log.join("\n"), /INFO glance-direct fetched image .* from file in /);
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
  await host.assertLeft(DENSE.id, "the image");
});

Deno.test("nova's hook does not wait for a base that is being converted, and both end with the same one", async () => {
  await using host = await NovaCompute.make({ forceRaw: true });
  const running = await prefetch(host, QCOW2.id);
  await untilExporting(QCOW2.id);
  await signalExports(QCOW2.id, "SIGSTOP");
  try {
    const { log, raised } = await host.makeDisk(QCOW2.id, { hook: true });
    assertEquals(raised, null);
    assertMatch(log.join("\n"), /INFO glance-direct fetched image .* from rbd in /);
  } finally {
    await signalExports(QCOW2.id, "SIGCONT");
  }
  assertEquals(resultOf(await running.ended).outcome, "cached");
  await using own = await NovaCompute.make({ forceRaw: true });
  assertEquals((await own.makeDisk(QCOW2.id, { hook: false })).raised, null);
  await assertSameBytes(host.base(QCOW2.id), own.base(QCOW2.id));
  await host.assertLeft(QCOW2.id, "the image");
});
