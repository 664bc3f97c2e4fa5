/**
 * The counters that the end of one fetch adds.
 *
 * @module
 */
import { DownloadError } from "@/transfer/failure.ts";
import type { Attempt, FetchResult } from "@/transfer/result.ts";
import { EXIT_STATUS, type ToolError } from "@/errors.ts";
import { type Samples, series } from "@/metrics/exposition.ts";
import { SOURCE_KINDS } from "@/sources/registry.ts";
import type { FamilyName } from "@/metrics/families.ts";

/**
 * Upper bounds of the histogram in seconds: from a small image in Ceph to a large one over HTTP.
 */
const BUCKETS = [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

const DATA_CODES = Object.entries(EXIT_STATUS).filter(([, status]) => status === 65)
  .map(([code]) => code);

/**
 * Series that exist from the first run on: `increase()` does not see a counter that begins at 1.
 */
export const INITIAL: Samples = new Map([
  ...SOURCE_KINDS.map((source) => zero("fetches_total", { source, result: "fetched" })),
  zero("fetches_total", { source: "cache", result: "cached" }),
  zero("fetches_total", { source: "none", result: "failed" }),
  ...SOURCE_KINDS.map((source) => zero("bytes_total", { source })),
  ...DATA_CODES.map((code) => zero("verification_failures_total", { code })),
]);

/** The counters of a successful fetch. */
export function additionsOf({ attempts, outcome, seconds, source }: FetchResult): Samples {
  const sums = attemptSums(attempts);
  const isServed = outcome === "fetched" && source !== null;
  const labels = isServed ? { source, result: "fetched" } : { source: "cache", result: "cached" };
  sums.add("fetches_total", labels, 1);
  if (isServed) addDuration(sums, source, seconds);
  return sums.samples;
}

/** The counters of a failed fetch. */
export function failureAdditions(error: ToolError): Samples {
  const attempts = error instanceof DownloadError ? error.attempts : [];
  const sums = attemptSums(attempts);
  sums.add("fetches_total", { source: "none", result: "failed" }, 1);
  const isCounted = attempts.some(({ code }) => code === error.code);
  if (!isCounted && isDataCode(error.code)) {
    sums.add("verification_failures_total", { code: error.code }, 1);
  }
  return sums.samples;
}

/** Both sides of the sum, series by series. */
export function sumOf(a: Samples, b: Samples): Samples {
  const sum = new Map(a);
  for (const [name, value] of b) sum.set(name, plus(sum.get(name), value));
  return sum;
}

function attemptSums(attempts: readonly Attempt[]): Sums {
  const sums = new Sums();
  for (const { bytes, code, source } of attempts) {
    if (bytes > 0) sums.add("bytes_total", { source }, bytes);
    if (isDataCode(code)) sums.add("verification_failures_total", { code }, 1);
  }
  for (const reason of fallbacks(attempts)) sums.add("fallbacks_total", { reason }, 1);
  return sums;
}

/** Codes of the last failure of each source that was followed by another one. */
function fallbacks(attempts: readonly Attempt[]): readonly string[] {
  const tried = attempts.filter(({ outcome }) => outcome !== "skipped");
  return tried.flatMap(({ code, location }, index) => {
    const next = tried[index + 1];
    return code !== null && next !== undefined && next.location !== location ? [code] : [];
  });
}

/** The buckets of Prometheus are cumulative: each counts everything up to its bound. */
function addDuration(sums: Sums, source: string, seconds: number): void {
  for (const bound of BUCKETS) {
    const labels = { source, le: `${bound}` };
    sums.add("fetch_seconds", labels, seconds <= bound ? 1 : 0, "_bucket");
  }
  sums.add("fetch_seconds", { source, le: "+Inf" }, 1, "_bucket");
  sums.add("fetch_seconds", { source }, seconds, "_sum");
  sums.add("fetch_seconds", { source }, 1, "_count");
}

function isDataCode(code: string | null): code is string {
  return code !== null && DATA_CODES.includes(code);
}

type ShortName = FamilyName extends `glance_direct_${infer Short}` ? Short : never;
type Labels = Readonly<Record<string, string>>;

function zero(name: ShortName, labels: Labels): readonly [string, number] {
  return [series(`glance_direct_${name}`, labels), 0];
}

/** Sums of seconds are exact to the millisecond. */
function plus(a: number | undefined, b: number): number {
  return Math.round(((a ?? 0) + b) * 1000) / 1000;
}

class Sums {
  readonly samples = new Map<string, number>();

  add(name: ShortName, labels: Labels, value: number, part = ""): void {
    const key = series(`glance_direct_${name}${part}`, labels);
    this.samples.set(key, plus(this.samples.get(key), value));
  }
}
