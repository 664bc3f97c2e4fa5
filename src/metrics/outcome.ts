/**
 * The counters that the end of one fetch adds.
 *
 * @module
 */
import { DownloadError } from "@/transfer/failure.ts";
import type { Attempt, FetchResult } from "@/transfer/result.ts";
import { EXIT_STATUS, type ToolError } from "@/errors.ts";
import { type Sample, type Samples, series } from "@/metrics/exposition.ts";
import { SOURCE_KINDS } from "@/sources/registry.ts";
import type { Family } from "@/metrics/families.ts";

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
  ...SOURCE_KINDS.map((source) => sample("fetches_total", { source, result: "fetched" }, 0)),
  sample("fetches_total", { source: "cache", result: "cached" }, 0),
  sample("fetches_total", { source: "none", result: "failed" }, 0),
  ...SOURCE_KINDS.map((source) => sample("bytes_total", { source }, 0)),
  ...DATA_CODES.map((code) => sample("verification_failures_total", { code }, 0)),
]);

/** The counters of a successful fetch. */
export function additionsOf({ attempts, outcome, seconds, source }: FetchResult): Samples {
  const isServed = outcome === "fetched" && source !== null;
  const labels = isServed ? { source, result: "fetched" } : { source: "cache", result: "cached" };
  return sumOf([
    ...ofAttempts(attempts),
    sample("fetches_total", labels),
    ...isServed ? ofDuration(source, seconds) : [],
  ]);
}

/** The counters of a failed fetch. */
export function failureAdditions(error: ToolError): Samples {
  const { code } = error;
  const attempts = error instanceof DownloadError ? error.attempts : [];
  const isCounted = attempts.some((attempt) => attempt.code === code);
  return sumOf([
    ...ofAttempts(attempts),
    sample("fetches_total", { source: "none", result: "failed" }),
    ...!isCounted && isDataCode(code) ? [sample("verification_failures_total", { code })] : [],
  ]);
}

/** The sum of samples, series by series; seconds are exact to the millisecond. */
export function sumOf(...all: readonly Iterable<Sample>[]): Samples {
  const sum = new Map<string, number>();
  for (const [name, value] of all.flatMap((samples) => [...samples])) {
    sum.set(name, Math.round(((sum.get(name) ?? 0) + value) * 1000) / 1000);
  }
  return sum;
}

function ofAttempts(attempts: readonly Attempt[]): readonly Sample[] {
  return [
    ...attempts.flatMap(({ bytes, code, source }) => [
      ...bytes > 0 ? [sample("bytes_total", { source }, bytes)] : [],
      ...isDataCode(code) ? [sample("verification_failures_total", { code })] : [],
    ]),
    ...fallbacks(attempts).map((reason) => sample("fallbacks_total", { reason })),
  ];
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
function ofDuration(source: string, seconds: number): readonly Sample[] {
  return [
    ...[...BUCKETS, Infinity].map((bound) => {
      const le = bound === Infinity ? "+Inf" : `${bound}`;
      return sample("fetch_seconds", { source, le }, seconds <= bound ? 1 : 0, "_bucket");
    }),
    sample("fetch_seconds", { source }, seconds, "_sum"),
    sample("fetch_seconds", { source }, 1, "_count"),
  ];
}

function isDataCode(code: string | null): code is string {
  return code !== null && DATA_CODES.includes(code);
}

type ShortName = Family["name"] extends `glance_direct_${infer Short}` ? Short : never;

function sample(
  name: ShortName,
  labels: Readonly<Record<string, string>>,
  value = 1,
  part = "",
): Sample {
  return [series(`glance_direct_${name}${part}`, labels), value];
}
