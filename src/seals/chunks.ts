/**
 * The chunks that a seal speaks of: equal pieces of an image, each with a digest of its own.
 *
 * @module
 */

/** Bytes of a chunk (4 MiB, an RBD object); the last one of an image may be shorter. */
export const CHUNK_SIZE = 4 << 20;

/** Bytes of a chunk's digest (SHA-256). A chunk of zero bytes has a digest of zero bytes. */
export const DIGEST_SIZE = 32;

/** How many chunks an image of `size` bytes has. */
export function chunkCount(size: number): number {
  return Math.ceil(size / CHUNK_SIZE);
}

/** Bytes of a chunk of an image of `size` bytes. */
export function chunkLength(index: number, size: number): number {
  return Math.min(CHUNK_SIZE, size - index * CHUNK_SIZE);
}

/** The digest of a chunk among all digests of an image, one behind the other. */
export function digestAt(digests: Uint8Array<ArrayBuffer>, index: number): Uint8Array<ArrayBuffer> {
  return digests.subarray(index * DIGEST_SIZE, (index + 1) * DIGEST_SIZE);
}
