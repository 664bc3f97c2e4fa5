import { assert } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { Mutator } from "./mutation.ts";
import type { Parser } from "./parser.ts";
import { PARSERS } from "./parsers.ts";

/** Inputs for each parser; by night a hundred thousand. */
const CASES = Deno.env.has("GLANCE_DIRECT_NIGHTLY") ? 100_000 : 2_000;

/**
 * Longest that one input may take, in milliseconds, on a busy machine: inputs have at most some hundred
 * thousand bytes, for which what is quadratic takes far longer.
 */
const LONGEST = 5_000;

/** Most that the heap may have grown when a parser has seen all its inputs. */
const HEAP = 200 << 20;

/**
 * By night other inputs every night; the seed is in the name of the test, and given as
 * `GLANCE_DIRECT_FUZZ_SEED` it makes the same inputs again.
 */
const SEED = Number(
  Deno.env.get("GLANCE_DIRECT_FUZZ_SEED") ??
    (Deno.env.has("GLANCE_DIRECT_NIGHTLY") ? Date.now() % 1_000_000 : 1),
);

for (const parser of PARSERS) {
  Deno.test(`${parser.name}: no crash, no hang, no growth (${CASES} inputs, seed ${SEED})`, async () => {
    const mutator = new Mutator(SEED, parser.words);
    const before = heapUsed();
    for (const input of parser.worst ?? []) await judge(parser, input, -1);
    for (let index = 0; index < CASES; index++) {
      const text = mutator.text(parser.samples);
      const input = parser.binary ? text.replaceAll(/[^\0-\xff]/g, "\xff") : text;
      await judge(parser, input, index);
    }
    const growth = heapUsed() - before;
    assert(growth < HEAP, `the heap grew by ${growth} bytes`);
  });
}

/** What is in use, without what only waits for the collector, where that can be called. */
function heapUsed(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Deno.memoryUsage().heapUsed;
}

async function judge(
  { parse, longest = LONGEST, refusal = ToolError }: Parser,
  input: string,
  index: number,
) {
  const begun = performance.now();
  try {
    await parse(input);
  } catch (error) {
    const isRefusal = error instanceof refusal && error.name !== "RangeError";
    assert(isRefusal, `input ${index}, ${JSON.stringify(input.slice(0, 300))}: ${error}`);
  }
  const taken = performance.now() - begun;
  assert(taken < longest, `input ${index} of ${input.length} bytes took ${Math.round(taken)} ms`);
}
