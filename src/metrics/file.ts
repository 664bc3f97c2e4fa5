/**
 * The metrics file: what earlier processes counted, plus what this one did, replaced in one step.
 *
 * @module
 */
import { join } from "node:path";
import { diskUsage } from "@/cache/usage.ts";
import { kindOf } from "@/cache/list.ts";
import type { Files } from "@/context.ts";
import { parseSamples, renderSamples, type Samples } from "@/metrics/exposition.ts";
import { INITIAL, sumOf } from "@/metrics/outcome.ts";

/** One change of the file. Plain values: it crosses from one thread to another. */
export interface MetricsUpdate {
  /** What is added to the counters. */
  readonly additions: Samples;
  /** Seconds since the epoch of a success; `null` leaves the last one. */
  readonly succeededAt: number | null;
}

/** Where the numbers go to and where they come from. Plain values. */
export interface MetricsPlace {
  /** `[glance_direct]metrics_file`. */
  readonly path: string;
  /** Nova's image cache. */
  readonly cache: string;
}

/** Mode of the file: node_exporter runs as a user of its own. */
const MODE = 0o644;

/** Largest file that is read: ours has some kilobytes. */
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
    const counted = sumOf(sumOf(INITIAL, previous(files, path)), additions);
    replace(
      files,
      path,
      renderSamples(new Map([...counted, ...gauges(files, place, succeededAt)])),
    );
  } finally {
    // Whoever waits for it notices and takes a new one, which may belong to another user.
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

/** The collector reads `*.prom` only, so it never sees the file beside it. */
function replace(files: Files, path: string, text: string): void {
  const temporary = `${path}.tmp`;
  // Under the lock, what is there is of a process that died.
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
