/**
 * Chooses what may leave the cache: what is left over, what is old, and the least recently wanted
 * where the cache is too large. Nothing that a disk depends on, ever.
 *
 * @module
 */
import type { CacheEntry } from "@/cache/list.ts";

/** What pruning is told. Sizes in bytes, times in milliseconds. */
export interface PruneRules {
  /** Remove unused bases that nobody wanted for so long; absent keeps the old ones. */
  readonly maxAge?: number | undefined;
  /** Remove unused bases until the cache takes no more; absent means no limit. */
  readonly maxSize?: number | undefined;
  /** Names that stay, whatever they are. */
  readonly keep: ReadonlySet<string>;
  /** Now, since the epoch. */
  readonly now: number;
}

/** Something to be removed, and why. */
export interface Removal {
  /** The file. */
  readonly entry: CacheEntry;
  /** The reason in words. */
  readonly reason: "left over" | "old" | "least recently used";
}

/**
 * A base that was made or wanted just now is about to be used: between nova's look at the base and its
 * overlay there is a moment in which nothing depends on it yet (10 min).
 */
const GRACE = 600_000;

/**
 * What to remove, in order.
 *
 * @param entries The whole cache.
 * @param leftovers Those that nobody will finish.
 */
export function choosePruned(
  entries: readonly CacheEntry[],
  leftovers: readonly CacheEntry[],
  rules: PruneRules,
): readonly Removal[] {
  const removals: Removal[] = leftovers.map((entry) => ({ entry, reason: "left over" }));
  const unused = entries.filter((entry) => isUnused(entry, rules))
    .toSorted((a, b) => a.mtime - b.mtime);
  const { maxAge, maxSize = Infinity, now } = rules;
  const old = maxAge === undefined ? [] : unused.filter(({ mtime }) => now - mtime > maxAge);
  removals.push(...old.map((entry): Removal => ({ entry, reason: "old" })));
  let total = sum(entries) - sum(removals.map(({ entry }) => entry));
  for (const entry of unused.filter((one) => !old.includes(one))) {
    if (total <= maxSize) break;
    removals.push({ entry, reason: "least recently used" });
    total -= entry.allocated;
  }
  return removals;
}

function isUnused({ kind, mtime, name, users }: CacheEntry, { keep, now }: PruneRules): boolean {
  return (kind === "base" || kind === "resized") && users.length === 0 && !keep.has(name) &&
    now - mtime > GRACE;
}

function sum(entries: readonly CacheEntry[]): number {
  return entries.reduce((total, { allocated }) => total + allocated, 0);
}
