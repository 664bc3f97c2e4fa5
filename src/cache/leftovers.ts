/**
 * Files that nobody will finish any more: our temporary files whose maker is gone, and what nova leaves
 * when it is killed during a download or a conversion; its cache manager never removes those.
 *
 * @module
 */
import { join } from "node:path";
import type { CacheEntry } from "@/cache/list.ts";
import { cacheDirectory, type CacheLayout } from "@/cache/paths.ts";
import type { Files } from "@/context.ts";

/**
 * Age in milliseconds from which a file of nova's counts as left over: a day. Whoever still wrote to it
 * would have changed its time since; open files of other processes are out of our sight.
 */
const ABANDONED = 86_400_000;

/**
 * The entries that are left over.
 *
 * @param now Milliseconds since the epoch.
 */
export async function findLeftovers(
  files: Pick<Files, "tryLock">,
  layout: CacheLayout,
  entries: readonly CacheEntry[],
  now: number,
): Promise<readonly CacheEntry[]> {
  const found: CacheEntry[] = [];
  for (const entry of entries) {
    if (await isLeftover(files, layout, entry, now)) found.push(entry);
  }
  return found;
}

async function isLeftover(
  files: Pick<Files, "tryLock">,
  layout: CacheLayout,
  { kind, mtime, name }: CacheEntry,
  now: number,
): Promise<boolean> {
  if (kind === "part" || kind === "converted") return now - mtime >= ABANDONED;
  if (kind !== "temporary") return false;
  // Its maker holds its lock from the first moment to the last.
  using lock = await files.tryLock(join(cacheDirectory(layout), name));
  return lock !== undefined;
}
