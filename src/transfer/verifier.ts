/**
 * Compares the bytes with the image's record in transit: the end of the stream.
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import { discard, Hasher } from "@/bytes/hasher.ts";
import type { Segment } from "@/bytes/segment.ts";
import type { Rules } from "@/plan/rules.ts";
import { type Content, digestsFor, expectDigest, expectedHash } from "@/transfer/verdict.ts";

/** Verifies one stream. Disposing it ends its threads. */
export interface Verifier extends Disposable {
  /**
   * Starts the threads. Called once, after the source has been opened: starting a thread stops this
   * one for some 20 ms, in which the source can connect.
   *
   * @returns Takes every segment of the image in order, including the ownership of its buffers. It
   * may fail as soon as a byte is known to be wrong; then the transfer ends.
   */
  sink(): WritableStream<Segment>;
  /** The outcome, after the sink is closed. @throws {ToolError} `digest_mismatch`. */
  content(): Promise<Content>;
}

/**
 * The verifier over the whole image: its hash, the hash of its signature, or only its size.
 *
 * @param onProgress Called with the number of further bytes verified.
 * @throws {ToolError} `hash_missing`, if an algorithm is not supported.
 */
export function wholeVerifier(
  rules: Rules,
  buffers: BufferPool,
  onProgress: (bytes: number) => void,
): Verifier {
  return digestsFor(rules).size === 0
    ? sizeVerifier(buffers, onProgress)
    : hashVerifier(rules, buffers, onProgress);
}

function sizeVerifier(buffers: BufferPool, onProgress: (bytes: number) => void): Verifier {
  return {
    sink: () => discard(buffers, onProgress),
    content: () => Promise.resolve({ hash: null, digests: new Map() }),
    [Symbol.dispose]: () => {},
  };
}

function hashVerifier(
  rules: Rules,
  buffers: BufferPool,
  onProgress: (bytes: number) => void,
): Verifier {
  const hasher = new Hasher(digestsFor(rules), buffers, onProgress);
  return {
    sink: () => hasher.sink(),
    async content() {
      const digests = await hasher.digests();
      const hash = expectedHash(rules);
      if (hash !== null) expectDigest(hash, digests, rules);
      return { hash, digests };
    },
    [Symbol.dispose]: () => hasher[Symbol.dispose](),
  };
}
