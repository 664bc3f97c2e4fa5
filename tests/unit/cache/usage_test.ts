/**
 * The budget of the cache.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { diskUsage, expectWithinBudget } from "@/cache/usage.ts";
import type { FileInfo, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

const KEY = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const OWN = `.glance-direct-${KEY}.7.tmp`;
const FOREIGN = `.glance-direct-${KEY}.8.tmp`;

/** A directory with files of such sizes on disk; `null` is no regular file. */
function folder(sizes: Readonly<Record<string, number | null>>): Pick<Files, "list" | "lstat"> {
  return {
    list: () => Object.keys(sizes),
    lstat: (path) => {
      const allocated = sizes[path.replace("/c/", "")];
      if (allocated === undefined) return undefined;
      return { isFile: allocated !== null, allocated: allocated ?? 4096 } as FileInfo;
    },
  };
}

function check(sizes: Readonly<Record<string, number>>, change: object, budget?: number): void {
  const need = { path: "/c/new", size: 40, promised: 0, pid: 7, ...change };
  expectWithinBudget(folder(sizes), need, budget);
}

Deno.test("diskUsage() counts the space of regular files, and nothing for removed ones", () => {
  const files = folder({ a: 10, b: 20, directory: null });
  const list = () => ["a", "b", "directory", "gone"];
  assertEquals(diskUsage({ ...files, list }, "/c"), 30);
});

Deno.test("expectWithinBudget() allows the last byte and refuses the next, with both sides", () => {
  check({ a: 60 }, {}, 100);
  const error = assertThrows(() => check({ a: 61 }, {}, 100), ToolError);
  assertEquals([error.code, error.message], [
    "no_space",
    "Cannot make '/c/new': the cache takes 61 B, 40 B more would exceed [glance_direct]cache_budget (100 B)",
  ]);
});

Deno.test("expectWithinBudget() counts a reservation once, not again as a temporary file", () => {
  check({ a: 30, [OWN]: 30 }, { promised: 30 }, 100);
  assertThrows(() => check({ a: 30, [OWN]: 30 }, { promised: 31 }, 100), ToolError);
  assertThrows(() => check({ a: 31, [FOREIGN]: 30 }, {}, 100), ToolError);
});

Deno.test("expectWithinBudget() has no limit without a budget", () => {
  check({ a: Number.MAX_SAFE_INTEGER }, {});
});
