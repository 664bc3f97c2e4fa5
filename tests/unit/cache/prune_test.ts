/**
 * What may be removed from the cache, and what must not.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { CacheEntry } from "@/cache/list.ts";
import { choosePruned, type PruneRules } from "@/cache/prune.ts";

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

/** A base that nobody uses, last wanted so many minutes ago. */
function base(name: string, minutes: number, change: Partial<CacheEntry> = {}): CacheEntry {
  return {
    name,
    kind: "base",
    size: 100,
    allocated: 10,
    mtime: NOW - minutes * MINUTE,
    users: [],
    removableFrom: null,
    ...change,
  };
}

const RULES: PruneRules = { keep: new Set(), isUseKnown: true, now: NOW };

function pruned(
  entries: readonly CacheEntry[],
  rules: Partial<PruneRules>,
  leftovers: readonly CacheEntry[] = [],
): readonly string[] {
  return choosePruned(entries, leftovers, { ...RULES, ...rules })
    .removals.map(({ entry, reason }) => `${entry.name} ${reason}`);
}

Deno.test("choosePruned() without limits removes only leftovers", () => {
  const left = base("t", 1, { kind: "temporary" });
  assertEquals(pruned([base("a", 900), left], {}, [left]), ["t left over"]);
});

Deno.test("choosePruned() removes unused bases that are older than the limit, oldest first", () => {
  const entries = [base("new", 30), base("old", 61), base("older", 90), base("limit", 60)];
  assertEquals(pruned(entries, { maxAge: 60 * MINUTE }), ["older old", "old old"]);
});

Deno.test("choosePruned() removes the least recently used until the cache fits", () => {
  const entries = [base("b", 40), base("a", 50), base("c", 30)];
  assertEquals(pruned(entries, { maxSize: 20 }), ["a least recently used"]);
  assertEquals(pruned(entries, { maxSize: 19 }), [
    "a least recently used",
    "b least recently used",
  ]);
  assertEquals(pruned(entries, { maxSize: 30 }), []);
});

Deno.test("choosePruned() subtracts files removed by age before it removes by size", () => {
  const entries = [base("a", 50), base("b", 40), base("c", 30)];
  const rules = { maxAge: 45 * MINUTE, maxSize: 10 };
  assertEquals(pruned(entries, rules), ["a old", "b least recently used"]);
});

Deno.test("choosePruned() never removes a base in use, one to keep, or one just used", () => {
  const entries = [
    base("used", 900, { users: ["/i/disk"] }),
    base("kept", 900),
    base("fresh", 10),
    base("free", 11),
  ];
  const rules = { maxAge: 0, maxSize: 0, keep: new Set(["kept"]) };
  assertEquals(pruned(entries, rules), ["free old"]);
});

Deno.test("choosePruned() keeps what is not a base", () => {
  const kinds = ["ephemeral", "swap", "part", "converted", "temporary", "lock", "other"] as const;
  const entries = kinds.map((kind) => base(kind, 900, { kind }));
  assertEquals(pruned(entries, { maxAge: 0, maxSize: 0 }), []);
  assertEquals(pruned([base("r", 900, { kind: "resized" })], { maxAge: 0 }), ["r old"]);
});

/** What stays, by name. */
function stays(
  entries: readonly CacheEntry[],
  rules: Partial<PruneRules>,
): Readonly<Record<string, string>> {
  const { stays } = choosePruned(entries, [], { ...RULES, ...rules });
  return Object.fromEntries(stays.map(({ entry, reason }) => [entry.name, reason]));
}

Deno.test("choosePruned() gives the reason for everything that stays", () => {
  const entries = [
    base("used", 900, { users: ["/i/1/disk"] }),
    base("kept", 900),
    base("fresh", 9),
    base("free", 30),
    base("swap_1", 900, { kind: "swap" }),
    base("lock", 900, { kind: "lock" }),
  ];
  const keep = new Set(["kept"]);
  const always = { used: "in_use", kept: "keep", fresh: "just_used", swap_1: "not_a_base" };
  assertEquals(stays(entries, { keep }), { ...always, fresh: "no_limit", free: "no_limit" });
  assertEquals(stays(entries, { keep, maxAge: 31 * MINUTE }), { ...always, free: "young" });
  assertEquals(stays(entries, { keep, maxSize: 60 }), { ...always, free: "fits" });
  assertEquals(stays(entries, { keep, maxSize: 1 }), always);
});

Deno.test("choosePruned() keeps every base, but no leftovers, while a disk cannot be read", () => {
  const rules = { isUseKnown: false, maxAge: 1, maxSize: 1 };
  assertEquals(stays([base("a", 900)], rules), { a: "use_unknown" });
  assertEquals(pruned([base("a", 900)], rules, [base("t", 1)]), ["t left over"]);
});
