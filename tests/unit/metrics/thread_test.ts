import { join } from "node:path";
import { ToolError } from "@/errors.ts";
import { openMetrics } from "@/metrics/thread.ts";
import { parseSamples } from "@/metrics/exposition.ts";
import { systemFiles } from "@/system/files.ts";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FakeClock, settle } from "../../doubles/clock.ts";
import { withFiles } from "../../doubles/folder.ts";
import { resultOf } from "../../doubles/result.ts";
import { world } from "../../doubles/world.ts";

const FETCHED = 'glance_direct_fetches_total{source="rbd",result="fetched"}';
const FAILED = 'glance_direct_fetches_total{source="none",result="failed"}';

Deno.test("openMetrics counts successes and failures, and passes both on", async () => {
  await withFiles({}, async (folder) => {
    const path = join(folder, "x.prom");
    const context = world({ clock: new FakeClock() });
    using metrics = await openMetrics(context, { path, cache: folder });
    const result = resultOf();
    assertEquals(await metrics.counted(() => Promise.resolve(result)), result);
    const fail = (error: unknown) => metrics.counted(() => Promise.reject(error));
    await assertRejects(() => fail(new ToolError("timeout", "late")), ToolError, "late");
    await assertRejects(() => fail(new ToolError("interrupted", "Interrupted")));
    await assertRejects(() => fail(new TypeError("a bug")), TypeError);
    const samples = parseSamples(await Deno.readTextFile(path));
    assertEquals([samples.get(FETCHED), samples.get(FAILED)], [1, 1]);
    assertEquals(context.logged, []);
  });
});

Deno.test("openMetrics counts every one of several that end at once", async () => {
  await withFiles({}, async (folder) => {
    const path = join(folder, "x.prom");
    using metrics = await openMetrics(world({ clock: new FakeClock() }), { path, cache: folder });
    const one = () => metrics.counted(() => Promise.resolve(resultOf()));
    await Promise.all([one(), one(), one()]);
    assertEquals(parseSamples(await Deno.readTextFile(path)).get(FETCHED), 3);
  });
});

Deno.test("openMetrics turns a file that cannot be written into one warning", async () => {
  const context = world({ clock: new FakeClock() });
  using metrics = await openMetrics(context, { path: "/proc/nothing/x.prom", cache: "/nowhere" });
  const result = resultOf();
  assertEquals(await metrics.counted(() => Promise.resolve(result)), result);
  assertEquals(await metrics.counted(() => Promise.resolve(result)), result);
  assertEquals(context.logged.length, 1);
  assertMatch(context.logged[0] ?? "", /^warning: No metrics in '\/proc\/nothing\/x\.prom': /);
});

Deno.test("openMetrics waits for another process with a bound, then the image counts as fetched", async () => {
  await withFiles({}, async (folder) => {
    const path = join(folder, "x.prom");
    const clock = new FakeClock();
    const context = world({ clock });
    using metrics = await openMetrics(context, { path, cache: folder });
    const other = await systemFiles.lock(`${path}.lock`, new AbortController().signal);
    const result = resultOf();
    const counted = metrics.counted(() => Promise.resolve(result));
    await settle();
    await clock.advance(30_000);
    assertEquals(await counted, result);
    assertEquals(context.logged, [`warning: No metrics in '${path}': no answer within 30 s`]);
    other[Symbol.dispose]();
  });
});
