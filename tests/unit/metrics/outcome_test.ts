import { DownloadError } from "@/transfer/failure.ts";
import { ToolError } from "@/errors.ts";
import { additionsOf, failureAdditions, INITIAL, sumOf } from "@/metrics/outcome.ts";
import { assertEquals } from "@std/assert";
import { attemptOf, resultOf } from "../../doubles/result.ts";

/** What is not 0, without the prefix. */
function counted(samples: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(
    [...samples].filter(([name, value]) => value > 0 && !name.includes("_bucket"))
      .map(([name, value]) => [name.replace("glance_direct_", ""), value]),
  );
}

const refused = attemptOf({ outcome: "failed", code: "permission_denied", bytes: 0 });
const corrupt = attemptOf({ outcome: "failed", code: "digest_mismatch", bytes: 400 });
const served = attemptOf({ source: "glance" });

Deno.test("additionsOf counts the source that served, its bytes and its time", () => {
  assertEquals(counted(additionsOf(resultOf())), {
    'fetches_total{source="rbd",result="fetched"}': 1,
    'bytes_total{source="rbd"}': 1000,
    'fetch_seconds_sum{source="rbd"}': 2,
    'fetch_seconds_count{source="rbd"}': 1,
  });
});

Deno.test("additionsOf fills the buckets from the first bound that is not exceeded", () => {
  const buckets = [...additionsOf(resultOf({ seconds: 30 }))]
    .filter(([name]) => name.includes("_bucket"))
    .map(([name, value]) => [/le="(.*)"/.exec(name)?.[1], value]);
  assertEquals(buckets.slice(3, 6), [["10", 0], ["30", 1], ["60", 1]]);
  assertEquals(buckets.at(-1), ["+Inf", 1]);
});

Deno.test("additionsOf counts what was found cached, without a time", () => {
  const result = resultOf({ outcome: "cached", source: null, attempts: [] });
  assertEquals(counted(additionsOf(result)), {
    'fetches_total{source="cache",result="cached"}': 1,
  });
});

Deno.test("additionsOf counts a fallback once, however often the source was tried", () => {
  const result = resultOf({ source: "glance", attempts: [refused, refused, served] });
  assertEquals(counted(additionsOf(result))['fallbacks_total{reason="permission_denied"}'], 1);
});

Deno.test("additionsOf does not count a skipped source as a fallback", () => {
  const skipped = attemptOf({ outcome: "skipped", code: "location_invalid", bytes: 0 });
  const samples = counted(additionsOf(resultOf({ source: "glance", attempts: [skipped, served] })));
  assertEquals(Object.keys(samples).filter((name) => name.startsWith("fallbacks")), []);
});

Deno.test("additionsOf counts wrong data of one source although another one served", () => {
  const samples = counted(additionsOf(resultOf({ source: "glance", attempts: [corrupt, served] })));
  assertEquals(samples['verification_failures_total{code="digest_mismatch"}'], 1);
  assertEquals(samples['bytes_total{source="rbd"}'], 400);
});

Deno.test("failureAdditions counts the failure and its attempts, wrong data once", () => {
  const cause = new ToolError("digest_mismatch", "wrong");
  const error = new DownloadError("digest_mismatch", "wrong", [corrupt], cause);
  assertEquals(counted(failureAdditions(error)), {
    'bytes_total{source="rbd"}': 400,
    'verification_failures_total{code="digest_mismatch"}': 1,
    'fetches_total{source="none",result="failed"}': 1,
  });
});

Deno.test("failureAdditions counts a refusal that came before any attempt", () => {
  const samples = counted(failureAdditions(new ToolError("signature_missing", "none")));
  assertEquals(samples['verification_failures_total{code="signature_missing"}'], 1);
});

Deno.test("sumOf adds series by series and keeps sums of seconds exact to the millisecond", () => {
  const a = new Map([["s", 0.1], ["t", 1]]);
  assertEquals([...sumOf(a, new Map([["s", 0.2], ["u", 3]]))], [["s", 0.3], ["t", 1], ["u", 3]]);
});

Deno.test("INITIAL has a zero for each way to end, so that the first increase is seen", () => {
  const names = [...INITIAL.keys()];
  const of = (short: string) => names.filter((name) => name.includes(short)).length;
  assertEquals([of("fetches"), of("bytes"), of("verification")], [5, 3, 7]);
  assertEquals(new Set(INITIAL.values()), new Set([0]));
});
