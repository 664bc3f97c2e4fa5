/**
 * The outside world is reached through Context only, so that a test can replace it by a double.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { sourceFiles, withoutComments } from "./tree.ts";

/** What would go past Context, and what to use instead. */
const PAST_CONTEXT: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bconsole\./, "context.log or context.terminal"],
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\./, "context.clock"],
  [/\bset(?:Timeout|Interval)\(|\bAbortSignal\.timeout\(/, "context.clock.sleep"],
  [/\bAbortSignal\.any\(/, "anySignal"],
  [/\bMath\.random\(|\bcrypto\.(?:randomUUID|getRandomValues)\(/, "context.random"],
  [/(?:\bawait|\breturn|[=>(,?:]) *fetch\((?!session\b)/, "context.fetch"],
  [/"node:(?:fs|child_process|os|process|http|https|net|tls|timers)/, "context"],
  [/\bDeno\.(?!HttpClient\b|createHttpClient\b)/, "context"],
];

/** `main.ts` reads argv and sets the exit status; `src/system` is the real world itself. */
function isExempt(path: string): boolean {
  return path === "main.ts" || path.startsWith("src/system/");
}

Deno.test("globals: clock, files, processes, network and terminal are reached through Context", () => {
  const wrong = sourceFiles().filter(({ path }) => !isExempt(path)).flatMap(({ path, text }) =>
    PAST_CONTEXT.filter(([pattern]) => pattern.test(withoutComments(text)))
      .map(([pattern, instead]) => `${path}: use ${instead} instead of ${pattern.source}`)
  );
  assertEquals(wrong, []);
});
