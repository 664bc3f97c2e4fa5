import { parseSamples, renderSamples, series } from "@/metrics/exposition.ts";
import { additionsOf } from "@/metrics/outcome.ts";
import { assertEquals } from "@std/assert";
import { resultOf } from "../../doubles/result.ts";

Deno.test("renderSamples writes HELP and TYPE once for each metric, before its series", () => {
  const samples = new Map([
    [series("glance_direct_cache_images"), 3],
    [series("glance_direct_bytes_total", { source: "rbd" }), 5],
    [series("glance_direct_bytes_total", { source: "glance" }), 7],
  ]);
  assertEquals(
    renderSamples(samples),
    `# HELP glance_direct_bytes_total Bytes over the wire, failed attempts included.
# TYPE glance_direct_bytes_total counter
glance_direct_bytes_total{source="rbd"} 5
glance_direct_bytes_total{source="glance"} 7
# HELP glance_direct_cache_images Base files in nova's image cache.
# TYPE glance_direct_cache_images gauge
glance_direct_cache_images 3
`,
  );
});

Deno.test("parseSamples reads back what renderSamples wrote, histograms included", () => {
  const samples = additionsOf(resultOf({ seconds: 1.25 }));
  const read = parseSamples(renderSamples(samples));
  assertEquals(new Map([...read].sort()), new Map([...samples].sort()));
});

Deno.test("parseSamples ignores foreign, broken and truncated lines", () => {
  const text = [
    "node_load1 0.5",
    "glance_direct_unknown_total 4",
    "glance_direct_cache_bytes NaN",
    "glance_direct_cache_bytes -3",
    'glance_direct_bytes_total{source="rbd"} 12 1700000000',
    'glance_direct_bytes_total{source="gla',
    "glance_direct_fetch_seconds 4",
    'glance_direct_bytes_total{source="file"} 9',
    "\u0000\u0001",
  ].join("\n");
  assertEquals([...parseSamples(text)], [['glance_direct_bytes_total{source="file"}', 9]]);
});
