/**
 * The metrics file: the counts of earlier processes plus those of this one, replaced atomically.
 *
 * @module
 */
import { join } from "node:path";
import { diskUsage } from "@/cache/usage.ts";
import { kindOf } from "@/cache/list.ts";
import type { Files } from "@/context.ts";
import { parseSamples, renderSamples, type Samples } from "@/metrics/exposition.ts";
import { INITIAL, sumOf } from "@/metrics/outcome.ts";

/** One change of the file. Plain values, because it crosses threads. */
export interface MetricsUpdate {
  /** Increments of the counters. */
  readonly additions: Samples;
  /** Time of a success in seconds since the epoch; `null` keeps the last one. */
  readonly succeededAt: number | null;
}

/** Where to write the metrics, and what they describe. Plain values. */
export interface MetricsPlace {
  /** `[glance_direct]metrics_file`. */
  readonly path: string;
  /** Nova's image cache. */
  readonly cache: string;
}

/** Mode of the file: node_exporter runs as its own user. */
const MODE = 0o644;

/** Maximum size of a file that is read: ours has a few kilobytes. */
const LIMIT = 1 << 20;

/**
 * Adds an update. Processes that end at the same time wait for each other, so no count is lost.
 *
 * @throws {ToolError} `cannot_create`, `no_space` or `io`.
 */
export async function updateMetrics(
  files: Files,
  place: MetricsPlace,
  { additions, succeededAt }: MetricsUpdate,
  signal: AbortSignal,
): Promise<void> {
  const { path } = place;
  const lock = `${path}.lock`;
  using _held = await files.lock(lock, signal);
  try {
    const counted = sumOf(INITIAL, previous(files, path), additions);
    const samples = new Map([...counted, ...gauges(files, place, succeededAt)]);
    replace(files, path, renderSamples(samples));
  } finally {
    // A waiting process notices and creates a new one, possibly as another user.
    files.remove(lock);
  }
}

function previous(files: Files, path: string): Samples {
  const info = files.stat(path);
  return info === undefined || info.size > LIMIT ? new Map() : parseSamples(files.readText(path));
}

function gauges(
  files: Pick<Files, "list" | "lstat">,
  { cache }: MetricsPlace,
  succeededAt: number | null,
): Samples {
  const bases = files.list(cache).filter((name) =>
    kindOf(name) === "base" && files.lstat(join(cache, name))?.isFile
  );
  return new Map([
    ["glance_direct_cache_bytes", diskUsage(files, cache)],
    ["glance_direct_cache_images", bases.length],
    ...succeededAt === null
      ? []
      : [["glance_direct_last_success_timestamp_seconds", succeededAt] as const],
  ]);
}

/** The collector reads only `*.prom`, so it never sees the temporary file. */
function replace(files: Files, path: string, text: string): void {
  const temporary = `${path}.tmp`;
  // Under the lock, an existing temporary file is from a dead process.
  files.remove(temporary);
  try {
    using file = files.createNew(temporary, MODE);
    file.writeAt(new TextEncoder().encode(text), 0);
    // The umask may have taken bits away.
    files.chmod(temporary, MODE);
    files.rename(temporary, path);
  } catch (error) {
    files.remove(temporary);
    throw error;
  }
}
