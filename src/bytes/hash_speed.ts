/**
 * Measures how fast this host computes a hash.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Clock } from "@/context.ts";
import { nativeName } from "@/bytes/hash_algorithms.ts";

/** Milliseconds of a measurement, and maximum bytes to hash. */
const LONGEST = 30;
const MOST_BYTES = 256 << 20;

const SAMPLE = new Uint8Array(1 << 20).fill(0x5a);

/**
 * Bytes per second of one thread.
 *
 * @param algorithm Name as in image records.
 * @returns `undefined` if the clock is too coarse.
 * @throws {ToolError} `hash_missing`, if it is not supported.
 */
export function hashSpeed(
  clock: Pick<Clock, "monotonic">,
  algorithm: string,
): number | undefined {
  const hash = createHash(nativeName(algorithm));
  // The first bytes warm up the code and the caches.
  hash.update(SAMPLE);
  const begun = clock.monotonic();
  let [bytes, passed] = [0, 0];
  while (passed < LONGEST && bytes < MOST_BYTES) {
    hash.update(SAMPLE);
    bytes += SAMPLE.length;
    passed = clock.monotonic() - begun;
  }
  return passed > 0 ? bytes / passed * 1000 : undefined;
}
