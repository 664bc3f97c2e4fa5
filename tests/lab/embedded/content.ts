/**
 * The content of test images: a size and the extents that are not zero, so that an image of many
 * GiB only costs the bytes that differ from zero.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Bytes at an offset; everything between two extents is zero. */
export interface Extent {
  /** Offset of the bytes. */
  readonly offset: number;
  /** The bytes; may be zeros, which are then allocated zeros. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The bytes of an image. */
export interface ImageContent {
  /** Length in bytes. */
  readonly size: number;
  /** Ascending, without overlap, all below `size`. */
  readonly extents: readonly Extent[];
}

/** Content without holes. */
export function dense(bytes: Uint8Array<ArrayBuffer>): ImageContent {
  return { size: bytes.length, extents: bytes.length === 0 ? [] : [{ offset: 0, bytes }] };
}

/** Content with noise of `lengths` bytes at the given offsets and holes everywhere else. */
export function sparse(size: number, lengths: Readonly<Record<number, number>>): ImageContent {
  const extents = Object.entries(lengths)
    .map(([offset, length]) => ({ offset: Number(offset), bytes: noise(length, Number(offset)) }))
    .sort((a, b) => a.offset - b.offset);
  return { size, extents };
}

/** Pseudorandom bytes without long runs of zeros, the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    // xorshift32 (Marsaglia, "Xorshift RNGs", 2003): never 0 once it is not.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** The same content with the byte at `position` inverted. */
export function altered(content: ImageContent, position: number): ImageContent {
  const byte = read(content, position, 1)[0] ?? 0;
  return overlaid(content, { offset: position, bytes: Uint8Array.of(byte ^ 0xff) });
}

/** The same content truncated, or extended with noise, to `size` bytes. */
export function resized(content: ImageContent, size: number): ImageContent {
  if (size > content.size) {
    const tail = { offset: content.size, bytes: noise(size - content.size, size) };
    return { size, extents: [...content.extents, tail] };
  }
  return { size, extents: clipped(content.extents, 0, size) };
}

/** A copy of `length` bytes at `offset`, all within the content. */
export function read(
  content: ImageContent,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (const extent of clipped(content.extents, offset, offset + length)) {
    bytes.set(extent.bytes, extent.offset - offset);
  }
  return bytes;
}

/** The content's bytes in pieces of at most `step`, from `start` up to `end`. */
export function* pieces(
  content: ImageContent,
  start = 0,
  end = content.size,
  step = 1 << 20,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = start; at < end; at += step) yield read(content, at, Math.min(step, end - at));
}

/** The digest in lower-case hex; `algorithm` as `node:crypto` names it. */
export function digest(content: ImageContent, algorithm: string): string {
  const hash = createHash(algorithm);
  for (const piece of pieces(content)) hash.update(piece);
  return hash.digest("hex");
}

/** Writes the content as a sparse file. */
export function writeSparse(content: ImageContent, path: string): void {
  using file = Deno.openSync(path, { create: true, truncate: true, write: true });
  file.truncateSync(content.size);
  for (const { offset, bytes } of content.extents) {
    file.seekSync(offset, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  }
}

/** The parts of `extents` between `start` and `end`. */
function clipped(extents: readonly Extent[], start: number, end: number): readonly Extent[] {
  return extents
    .filter(({ offset, bytes }) => offset < end && offset + bytes.length > start)
    .map(({ offset, bytes }) => ({
      offset: Math.max(offset, start),
      bytes: bytes.subarray(Math.max(0, start - offset), Math.max(0, end - offset)),
    }));
}

function overlaid(content: ImageContent, patch: Extent): ImageContent {
  const end = patch.offset + patch.bytes.length;
  const extents = [
    ...clipped(content.extents, 0, patch.offset),
    patch,
    ...clipped(content.extents, end, content.size),
  ];
  return { size: content.size, extents };
}
