/**
 * Names, places and sizes of files.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { filesEnding, sourceFiles, topLevel } from "./tree.ts";

const TOP_LEVEL = new Set([
  ".ci/",
  ".github/",
  ".gitignore",
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "deno.json",
  "deno.lock",
  "main.ts",
  "src/",
  "tests/",
]);

const VAGUE = /(?:^|\/)(?:utils?|helpers?|types|common|misc|index)\.ts$/;

/** Lines of the program's files, shortest first. */
function lengths(): readonly number[] {
  return sourceFiles().map(({ text }) => text.split("\n").length - 1).sort((a, b) => a - b);
}

/** The value that a share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
}

Deno.test("layout: nothing but the allowed names at the top", () => {
  assertEquals(topLevel().filter((name) => !TOP_LEVEL.has(name)), []);
});

Deno.test("layout: no file has a vague name", () => {
  const files = filesEnding(".ts");
  assertEquals(files.map(({ path }) => path).filter((path) => VAGUE.test(path)), []);
});

Deno.test("layout: every file says what it is for, in a @module comment at its head", () => {
  // A test says so by the names of its cases.
  const files = filesEnding(".ts")
    .filter(({ path }) => !path.startsWith("tests/std/") && !path.endsWith("_test.ts"));
  const silent = files.filter(({ text }) =>
    !/^\/\*\*\n(?: \*.*\n)* \* @module\n \*\/\n/.test(text)
  );
  assertEquals(silent.map(({ path }) => path), []);
});

Deno.test("layout: main.ts has at most 25 lines, any other file at most 300", () => {
  const limit = (path: string) => path === "main.ts" ? 25 : 300;
  const long = sourceFiles().filter(({ path, text }) => text.split("\n").length - 1 > limit(path));
  assertEquals(long.map(({ path }) => path), []);
});

Deno.test("layout: half the files have at most 100 lines, nine in ten at most 200", () => {
  const sorted = lengths();
  const half = quantile(sorted, 0.5);
  const most = quantile(sorted, 0.9);
  assert(half <= 100 && most <= 200, `p50 is ${half} lines, p90 is ${most}`);
});
