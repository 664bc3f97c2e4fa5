import { join } from "node:path";
import { ToolError } from "@/errors.ts";
import { openMetrics } from "@/metrics/thread.ts";
import { parseSamples } from "@/metrics/exposition.ts";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { withFiles } from "../../doubles/folder.ts";
import { resultOf } from "../../doubles/result.ts";
import { world } from "../../doubles/world.ts";

const FETCHED = 'glance_direct_fetches_total{source="rbd",result="fetched"}';
const FAILED = 'glance_direct_fetches_total{source="none",result="failed"}';

Deno.test("openMetrics counts what goes well and what fails, and passes both on", async () => {
  await withFiles({}, async (folder) => {
    const path = join(folder, "x.prom");
    const context = world();
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
    using metrics = await openMetrics(world(), { path, cache: folder });
    const one = () => metrics.counted(() => Promise.resolve(resultOf()));
    await Promise.all([one(), one(), one()]);
    assertEquals(parseSamples(await Deno.readTextFile(path)).get(FETCHED), 3);
  });
});

Deno.test("openMetrics turns a file that cannot be written into one warning", async () => {
  const context = world();
  using metrics = await openMetrics(context, { path: "/proc/nothing/x.prom", cache: "/nowhere" });
  const result = resultOf();
  assertEquals(await metrics.counted(() => Promise.resolve(result)), result);
  assertEquals(await metrics.counted(() => Promise.resolve(result)), result);
  assertEquals(context.logged.length, 1);
  assertMatch(context.logged[0] ?? "", /^warning: No metrics in '\/proc\/nothing\/x\.prom': /);
});
