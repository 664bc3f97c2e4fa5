/**
 * Chooses what may leave the cache: what is left over, what is old, and the least recently used where
 * the cache is too large. Nothing that a disk depends on, ever. What stays, stays for a reason.
 *
 * @module
 */
import type { CacheEntry } from "@/cache/list.ts";

/** What pruning is told. Sizes in bytes, times in milliseconds. */
export interface PruneRules {
  /** Remove unused bases that were not used for longer than this; absent keeps the old ones. */
  readonly maxAge?: number | undefined;
  /** Remove unused bases until the cache takes no more; absent means no limit. */
  readonly maxSize?: number | undefined;
  /** Names that stay, whatever they are. */
  readonly keep: ReadonlySet<string>;
  /** Whether every disk could be read: what is not known to be unused counts as used. */
  readonly isUseKnown: boolean;
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
 * Why a file stays: a disk depends on it, or a disk that cannot be read may; `--keep` names it; it was
 * used within the last {@linkcode GRACE}; it is younger than `maxAge`; the cache fits into `maxSize`;
 * neither limit was given; it is no base; another process has it. Stable: JSON has it.
 */
export type StayReason =
  | "in_use"
  | "use_unknown"
  | "keep"
  | "just_used"
  | "young"
  | "fits"
  | "no_limit"
  | "not_a_base"
  | "busy";

/** Something that stays, and why. */
export interface Stay {
  /** The file. */
  readonly entry: CacheEntry;
  /** The first reason of those that hold. */
  readonly reason: StayReason;
}

/** What becomes of a cache. */
export interface Pruning {
  /** What goes, in order. */
  readonly removals: readonly Removal[];
  /** What stays; locks are left out. */
  readonly stays: readonly Stay[];
}

/**
 * Milliseconds in which a base that was made or wanted counts as used: between nova's look at the base
 * and its overlay there is a moment in which nothing depends on it yet (10 min).
 */
export const GRACE = 600_000;

/**
 * What to remove, in order, and why the rest stays.
 *
 * @param entries The whole cache.
 * @param leftovers Those that nobody will finish.
 */
export function choosePruned(
  entries: readonly CacheEntry[],
  leftovers: readonly CacheEntry[],
  rules: PruneRules,
): Pruning {
  const removals: Removal[] = leftovers.map((entry) => ({ entry, reason: "left over" }));
  const unused = entries.filter((entry) => needOf(entry, rules) === undefined)
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
  const gone = new Set(removals.map(({ entry }) => entry.name));
  const stays = entries.filter(({ kind, name }) => kind !== "lock" && !gone.has(name))
    .map((entry) => ({ entry, reason: needOf(entry, rules) ?? limitOf(rules) }));
  return { removals, stays };
}

/** Why a file stays whatever the limits are. */
function needOf(
  { kind, mtime, name, users }: CacheEntry,
  { isUseKnown, keep, now }: PruneRules,
): StayReason | undefined {
  if (kind !== "base" && kind !== "resized") return "not_a_base";
  if (users.length > 0) return "in_use";
  if (!isUseKnown) return "use_unknown";
  if (keep.has(name)) return "keep";
  return now - mtime > GRACE ? undefined : "just_used";
}

/** Why a file stays that no limit reaches. */
function limitOf({ maxAge, maxSize }: PruneRules): StayReason {
  if (maxSize !== undefined) return "fits";
  return maxAge === undefined ? "no_limit" : "young";
}

function sum(entries: readonly CacheEntry[]): number {
  return entries.reduce((total, { allocated }) => total + allocated, 0);
}
