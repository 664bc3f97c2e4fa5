/**
 * The chunks of a seal: pieces of an image of equal size, each with its own digest.
 *
 * @module
 */

/** Bytes of a chunk (4 MiB, an RBD object); the last one of an image may be shorter. */
export const CHUNK_SIZE = 4 << 20;

/** Bytes of a chunk's digest (SHA-256). A chunk of zeros has a digest of zeros. */
export const DIGEST_SIZE = 32;

/** Number of chunks of an image of `size` bytes. */
export function chunkCount(size: number): number {
  return Math.ceil(size / CHUNK_SIZE);
}

/** Bytes of a chunk of an image of `size` bytes. */
export function chunkLength(index: number, size: number): number {
  return Math.min(CHUNK_SIZE, size - index * CHUNK_SIZE);
}

/** The digest of a chunk among the concatenated digests of an image. */
export function digestAt(digests: Uint8Array<ArrayBuffer>, index: number): Uint8Array<ArrayBuffer> {
  return digests.subarray(index * DIGEST_SIZE, (index + 1) * DIGEST_SIZE);
}
