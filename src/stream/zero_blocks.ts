/**
 * Finds the blocks of zero bytes in a buffer, so that a dense stream leaves holes in the file.
 *
 * @module
 */

/** File systems allocate at least this much (ext4, xfs): a smaller hole saves nothing. */
export const BLOCK_SIZE = 4096;

/** A run of bytes within a buffer that holds at least one non-zero block. */
export interface Run {
  /** First byte. */
  readonly start: number;
  /** Byte after the last. */
  readonly end: number;
}

/**
 * The parts of `bytes` that must be written. Holes are whole blocks that lie on block borders of the
 * image, so that the file system can really leave them out.
 *
 * @param offset Where `bytes` begins in the image.
 */
export function* dataRuns(bytes: Uint8Array, offset: number): Generator<Run> {
  let start = 0;
  // A block that is cut by the buffer's edge is written as it is.
  let block = (BLOCK_SIZE - offset % BLOCK_SIZE) % BLOCK_SIZE;
  for (; block + BLOCK_SIZE <= bytes.length; block += BLOCK_SIZE) {
    if (!isZero(bytes, block, block + BLOCK_SIZE)) continue;
    if (start < block) yield { start, end: block };
    start = block + BLOCK_SIZE;
  }
  if (start < bytes.length) yield { start, end: bytes.length };
}

/** Whether all bytes from `start` to `end` are zero; the first byte that is not ends the search. */
export function isZero(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  for (let index = start; index < end; index++) {
    if (bytes[index] !== 0) return false;
  }
  return true;
}
