/**
 * Verifies an image chunk by chunk with its seal, or digests its chunks for a seal to be made.
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import type { ChunkPlan } from "@/plan/chunks.ts";
import type { Rules } from "@/plan/rules.ts";
import { ChunkDigester } from "@/seals/chunk_digester.ts";
import { chunkCount, DIGEST_SIZE } from "@/seals/chunks.ts";
import { bothSinks } from "@/transfer/both_sinks.ts";
import { SealComparison } from "@/transfer/seal_comparison.ts";
import { type Content, expectedHash } from "@/transfer/verdict.ts";
import type { Verifier } from "@/transfer/verifier.ts";

/** What a chunk verifier needs in addition to its rules. */
export interface ChunkVerifierParts {
  /** The pool that buffers come from and return to. */
  readonly buffers: BufferPool;
  /** Called with the number of further bytes verified. */
  readonly onProgress: (bytes: number) => void;
  /** The verifier over the whole image that runs at the same time; it is disposed with this one. */
  readonly whole: Verifier | undefined;
}

/** The verifier for rules that have a plan for the chunks. */
export function chunkVerifier(
  rules: Rules,
  plan: ChunkPlan,
  { buffers, onProgress, whole }: ChunkVerifierParts,
): Verifier {
  const receiver = plan.kind === "verify" ? new SealComparison(rules, plan) : new Collection(rules);
  const digester = new ChunkDigester({
    size: rules.size,
    workers: plan.workers,
    buffers,
    onProgress,
    onDigest: (index, digest) => receiver.take(index, digest),
  });
  return {
    sink() {
      const own = digester.sink();
      return whole === undefined ? own : bothSinks(own, whole.sink(), buffers);
    },
    async content() {
      const known = await whole?.content();
      return receiver.content(known ?? { hash: null, digests: new Map() });
    },
    [Symbol.dispose]() {
      digester[Symbol.dispose]();
      whole?.[Symbol.dispose]();
    },
  };
}

/** Keeps every digest. */
class Collection {
  readonly #digests: Uint8Array<ArrayBuffer>;
  readonly #isVerified: boolean;

  constructor(rules: Rules) {
    this.#digests = new Uint8Array(chunkCount(rules.size) * DIGEST_SIZE);
    this.#isVerified = expectedHash(rules) !== null;
  }

  take(index: number, digest: Uint8Array<ArrayBuffer>): void {
    this.#digests.set(digest, index * DIGEST_SIZE);
  }

  /** Bytes that were not compared with the record must not pass as verified. */
  content(known: Content): Content {
    return this.#isVerified ? { ...known, chunks: this.#digests } : known;
  }
}
