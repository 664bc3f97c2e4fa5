/**
 * Selects the verifier of a job: over the whole image, over its chunks, or both.
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import type { Rules } from "@/plan/rules.ts";
import { chunkVerifier } from "@/transfer/chunk_verifier.ts";
import { digestsFor } from "@/transfer/verdict.ts";
import { type Verifier, wholeVerifier } from "@/transfer/verifier.ts";

/**
 * Starts the verifier for `rules`.
 *
 * @param onProgress Called with the number of further bytes verified.
 * @throws {ToolError} `hash_missing`, if an algorithm is not supported.
 */
export function startVerifier(
  rules: Rules,
  buffers: BufferPool,
  onProgress: (bytes: number) => void,
): Verifier {
  if (rules.chunks === null) return wholeVerifier(rules, buffers, onProgress);
  const isAlone = rules.chunks.kind === "verify" && digestsFor(rules).size === 0;
  // Both verifiers see the same bytes; only one reports progress.
  const whole = isAlone ? undefined : wholeVerifier(rules, buffers, onProgress);
  return chunkVerifier(rules, rules.chunks, {
    buffers,
    onProgress: isAlone ? onProgress : () => {},
    whole,
  });
}
