import { DownloadError } from "@/transfer/failure.ts";
import { ToolError } from "@/errors.ts";
import { renderSamples } from "@/metrics/exposition.ts";
import { additionsOf, failureAdditions, INITIAL, sumOf } from "@/metrics/outcome.ts";
import { assertEquals } from "@std/assert";
import { attemptOf, resultOf } from "../doubles/result.ts";
import { peerTest } from "./peer.ts";

const PROMTOOL = "promtool";

/** What promtool says of a metrics file: nothing where it has nothing to complain about. */
async function complaints(text: string): Promise<string> {
  const child = new Deno.Command(PROMTOOL, {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const sent = new Blob([text]).stream().pipeTo(child.stdin);
  const { stdout, stderr } = await child.output();
  await sent;
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

peerTest("promtool finds no fault with metrics of every kind", {
  programs: { [PROMTOOL]: ["--version"] },
}, async () => {
  const failed = attemptOf({ outcome: "failed", code: "digest_mismatch" });
  const cause = new ToolError("digest_mismatch", "wrong");
  const samples = sumOf(
    INITIAL,
    additionsOf(resultOf({ seconds: 0.25 })),
    additionsOf(
      resultOf({ source: "glance", attempts: [failed, attemptOf({ source: "glance" })] }),
    ),
    failureAdditions(new DownloadError("digest_mismatch", "wrong", [failed], cause)),
    new Map([
      ["glance_direct_cache_bytes", 6291456],
      ["glance_direct_cache_images", 2],
      ["glance_direct_last_success_timestamp_seconds", 1795407923],
    ]),
  );
  const text = renderSamples(samples);
  assertEquals(text.match(/^# TYPE /gm)?.length, 8, "every metric is there");
  assertEquals(await complaints(text), "");
});

peerTest("promtool would notice a counter without its suffix, so its silence means something", {
  programs: { [PROMTOOL]: ["--version"] },
}, async () => {
  const text = "# TYPE glance_direct_cache_bytes counter\nglance_direct_cache_bytes 1\n";
  assertEquals((await complaints(text)).includes("_total"), true);
});
