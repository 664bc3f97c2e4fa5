/**
 * Daemons hang, crash and come back during a transfer. Every wait ends, and nothing is left behind.
 * Each test repairs what it broke.
 *
 * @module
 */
import { assert, assertEquals, assertLess, assertLessOrEqual, assertMatch } from "@std/assert";
import { mon, osd } from "@lab/ceph/ceph_cluster.ts";
import { cephConf, monitorAt } from "@lab/ceph/ceph_conf.ts";
import { glance } from "@lab/ceph/glance.ts";
import { DENSE, makeImages, QCOW2 } from "@lab/ceph/images.ts";
import { restore } from "@lab/ceph/lab.ts";
import { at, write } from "@lab/ceph/layout.ts";
import { upload } from "@lab/ceph/seed.ts";
import { until } from "@lab/ceph/wait.ts";
import { BOUNDS, SLOW } from "./bounds.ts";
import { ComputeHost, rbdProcesses, untilExporting } from "./compute_host.ts";
import { assertSameBytes } from "./content.ts";
import { course, failureOf, resultOf } from "./tool.ts";

Deno.test.beforeAll(async () => {
  await makeImages();
  await upload(DENSE);
  await upload(QCOW2);
});
Deno.test.afterEach(restore);

for (const { what, limit, measure } of BOUNDS) {
  Deno.test(`fetch is not delayed longer than promised: ${what}`, async () => {
    assertLessOrEqual(await measure(), limit);
  });
}

Deno.test("fetch falls back to HTTP and completes when no monitor answers", async () => {
  const conf = at("run", "unreachable.conf");
  await write(conf, cephConf(monitorAt(1, 2)));
  await using host = await ComputeHost.make({ cephConf: conf, connectTimeout: 1 });
  const result = resultOf(await host.fetch(QCOW2.id));
  assertEquals(course(result.attempts), ["rbd failed timeout", "glance ok"]);
  await assertSameBytes(host.base(QCOW2.id), QCOW2.path);
  await host.assertLeft(QCOW2.id, "the image");
});

for (const [name, daemon] of [["monitor", mon], ["OSD", osd]] as const) {
  Deno.test(`fetch gives up in time when the ${name} hangs together with Glance`, async () => {
    await using host = await ComputeHost.make({ connectTimeout: 3 });
    await daemon.pause();
    const ended = await host.fetch(QCOW2.id, "--stall-timeout=4s", "--retries=0");
    assertEquals(ended.status, 75);
    assertEquals(course(failureOf(ended).attempts), [
      "rbd failed timeout",
      "glance failed timeout",
    ]);
    assertLess(ended.seconds, 12);
    await host.assertLeft(QCOW2.id, "nothing");
  });
}

Deno.test("fetch ends at --timeout whatever its sources do", async () => {
  await using host = await ComputeHost.make();
  await osd.pause();
  const ended = await host.fetch(QCOW2.id, "--timeout=3s");
  assertEquals([ended.status, failureOf(ended).code], [75, "timeout"]);
  assertLess(ended.seconds, 5);
  await host.assertLeft(QCOW2.id, "nothing");
});

Deno.test("fetch continues by rbd when the monitor dies during the transfer", async () => {
  await using host = await ComputeHost.make();
  const running = host.begin(DENSE.id, SLOW);
  await untilExporting(DENSE.id);
  await untilBegun(host);
  await mon.kill();
  assertEquals(course(resultOf(await running.ended).attempts), ["rbd ok"]);
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
});

Deno.test("fetch survives an OSD that hangs for less than the stall timeout", async () => {
  await using host = await ComputeHost.make();
  const running = host.begin(DENSE.id, SLOW);
  await untilBegun(host);
  await osd.pause();
  // Real time has to pass here: what is tested is a real pause of a real daemon.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await osd.resume();
  assertEquals(course(resultOf(await running.ended).attempts), ["rbd ok"]);
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
});

Deno.test("fetch survives an OSD that crashes and comes back", async () => {
  await using host = await ComputeHost.make();
  const running = host.begin(DENSE.id, SLOW, "--stall-timeout=90s");
  await untilBegun(host);
  await osd.kill();
  await osd.start();
  assertEquals(resultOf(await running.ended).outcome, "fetched");
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
  await host.assertLeft(DENSE.id, "the image");
});

Deno.test("fetch fails at once and says so if Glance does not run", async () => {
  await using host = await ComputeHost.make();
  await glance.kill();
  const ended = await host.fetch(QCOW2.id);
  assertEquals(ended.status, 69);
  assertMatch(failureOf(ended).message, /connection refused/);
  assertLess(ended.seconds, 15);
  await host.assertLeft(QCOW2.id, "nothing");
});

Deno.test("fetch no longer needs Glance once rbd has started", async () => {
  await using host = await ComputeHost.make();
  const running = host.begin(DENSE.id, SLOW);
  await untilBegun(host);
  await glance.kill();
  assertEquals(course(resultOf(await running.ended).attempts), ["rbd ok"]);
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
});

Deno.test("fetch leaves nothing when Glance dies during the transfer and does not come back", async () => {
  await using host = await ComputeHost.make();
  const running = host.begin(DENSE.id, SLOW, "--source=glance", "--retries=1");
  await untilBegun(host);
  await glance.kill();
  const ended = await running.ended;
  assertEquals(ended.status, 75, ended.stderr);
  await host.assertLeft(DENSE.id, "nothing");
});

Deno.test("fetch ends within 1 s of SIGINT, with no rbd and no file left", async () => {
  await using host = await ComputeHost.make();
  const running = host.begin(DENSE.id, SLOW);
  await untilBegun(host);
  const begun = performance.now();
  running.kill("SIGINT");
  const ended = await running.ended;
  assertLess(performance.now() - begun, 1000);
  assertEquals([ended.status, failureOf(ended).exit_status], [130, 130]);
  await host.assertLeft(DENSE.id, "nothing");
});

Deno.test("a killed fetch leaves nothing under the final name, and the next one succeeds", async () => {
  await using host = await ComputeHost.make();
  const running = host.begin(DENSE.id, SLOW);
  await untilBegun(host);
  running.kill("SIGKILL");
  await running.ended;
  assert(!(await host.cached()).includes(host.base(DENSE.id).split("/").at(-1) ?? ""));
  await until("end of rbd", async () => (await rbdProcesses(DENSE.id)).length === 0);
  assertEquals(resultOf(await host.fetch(DENSE.id)).outcome, "fetched");
  await assertSameBytes(host.base(DENSE.id), DENSE.path);
});

/** Waits until bytes of the image lie in the cache, under whatever name. */
async function untilBegun(host: ComputeHost): Promise<void> {
  await until("file that grows in the cache", () => host.holdsBytes());
}
