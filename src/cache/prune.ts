/**
 * Selects what to remove from the cache: leftovers, old files, and the least recently used ones if
 * the cache is too large; never a file that a disk depends on. Every file that stays has a reason.
 *
 * @module
 */
import type { CacheEntry } from "@/cache/list.ts";

/** Criteria for pruning. Sizes in bytes, times in milliseconds. */
export interface PruneRules {
  /** Remove bases that were not used for longer than this; absent keeps old ones. */
  readonly maxAge?: number | undefined;
  /** Remove unused bases until the cache has at most this size; absent means no limit. */
  readonly maxSize?: number | undefined;
  /** Names that stay in any case. */
  readonly keep: ReadonlySet<string>;
  /** Whether every disk could be read; if not, every file counts as used. */
  readonly isUseKnown: boolean;
  /** Now, since the epoch. */
  readonly now: number;
}

/** A file to remove, and why. */
export type Removal = {
  readonly entry: CacheEntry;
  readonly reason: "left over" | "old" | "least recently used";
};

/**
 * Why a file stays: a disk depends on it, or a disk that cannot be read may; `--keep` names it; it
 * was used within the last {@linkcode GRACE}; it is younger than `maxAge`; the cache fits into
 * `maxSize`; neither limit was given; it is not a base; another process has it. Stable: part of the
 * JSON output.
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

/** A file that stays, and the first reason that applies. */
export type Stay = { readonly entry: CacheEntry; readonly reason: StayReason };

/** Files to remove, in order, and files that stay, without locks. */
export type Pruning = { readonly removals: readonly Removal[]; readonly stays: readonly Stay[] };

/**
 * Milliseconds for which a base counts as used after it was made or touched: between nova's check
 * of the base and the creation of its overlay, nothing depends on it yet (10 min).
 */
export const GRACE = 600_000;

/**
 * What to remove, in order, and why the other files stay.
 *
 * @param entries The whole cache.
 * @param leftovers Files that no process will complete.
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
    .map((entry) => ({ entry, reason: stayOf(entry, rules) }));
  return { removals, stays };
}

/** Without a limit a base stays for that reason, however long ago it was used. */
function stayOf(entry: CacheEntry, rules: PruneRules): StayReason {
  const [need, limit] = [needOf(entry, rules), limitOf(rules)];
  return need === undefined || (need === "just_used" && limit === "no_limit") ? limit : need;
}

/** Why a file stays regardless of the limits. */
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

/** Why a file stays that is within the limits. */
function limitOf({ maxAge, maxSize }: PruneRules): StayReason {
  if (maxSize !== undefined) return "fits";
  return maxAge === undefined ? "no_limit" : "young";
}

function sum(entries: readonly CacheEntry[]): number {
  return entries.reduce((total, { allocated }) => total + allocated, 0);
}
