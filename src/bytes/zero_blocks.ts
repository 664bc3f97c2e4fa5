/**
 * Finds the blocks of zero bytes in a buffer, so that a dense stream leaves holes in the file.
 *
 * @module
 */

/** File systems allocate at least this much (ext4, xfs): a smaller hole saves no space. */
export const BLOCK_SIZE = 4096;

/** A run of bytes within a buffer that has at least one non-zero block. */
export interface Run {
  /** First byte. */
  readonly start: number;
  /** Offset after its last byte. */
  readonly end: number;
}

/**
 * The parts of `bytes` that must be written. Holes are whole blocks on block boundaries of the
 * image, so that the file system can leave them out.
 *
 * @param offset Where `bytes` begins in the image.
 */
export function* dataRuns(bytes: Uint8Array, offset: number): Generator<Run> {
  let start = 0;
  // A block cut by the edge of the buffer is written as it is.
  let block = (BLOCK_SIZE - offset % BLOCK_SIZE) % BLOCK_SIZE;
  for (; block + BLOCK_SIZE <= bytes.length; block += BLOCK_SIZE) {
    if (!isZero(bytes, block, block + BLOCK_SIZE)) continue;
    if (start < block) yield { start, end: block };
    start = block + BLOCK_SIZE;
  }
  if (start < bytes.length) yield { start, end: bytes.length };
}

/** Bytes of a word, and words compared at once. */
const [WORD, AT_ONCE] = [4, 8];

/**
 * Whether all bytes from `start` to `end` are zero; stops at the first one that is not. Compares
 * eight words at once, which is many times as fast: a sparse image in dense form is gigabytes of
 * zeros. Words of 64 bits are BigInts, which are slow until the compiler has optimized the loop.
 */
export function isZero(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  // Detects most data, and is cheaper than a view.
  if (start < end && bytes[start] !== 0) return false;
  if (end - start < 2 * WORD) return areZero(bytes, start, end);
  const first = start + WORD - (bytes.byteOffset + start) % WORD;
  const words = Math.floor((end - first) / WORD);
  return areZero(bytes, start, first) &&
    areZeroWords(new Int32Array(bytes.buffer, bytes.byteOffset + first, words)) &&
    areZero(bytes, first + words * WORD, end);
}

function areZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if (bytes[index] !== 0) return false;
  }
  return true;
}

function areZeroWords(words: Int32Array): boolean {
  const rest = words.length % AT_ONCE;
  for (let i = rest; i < words.length; i += AT_ONCE) {
    const low = words[i]! | words[i + 1]! | words[i + 2]! | words[i + 3]!;
    const high = words[i + 4]! | words[i + 5]! | words[i + 6]! | words[i + 7]!;
    if ((low | high) !== 0) return false;
  }
  return words.subarray(0, rest).every((word) => word === 0);
}
