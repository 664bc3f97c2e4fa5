/**
 * The unit of data between a source and the cache file: a run of bytes, or a hole. Segments come in
 * ascending order without gaps, so they need no position.
 *
 * @module
 */

/** Bytes that follow the previous segment. The receiver owns the buffer. */
export interface DataSegment {
  /** Which kind. */
  readonly kind: "data";
  /** The bytes; never empty, at most {@linkcode SEGMENT_SIZE}. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Zero bytes that follow the previous segment and take no space. */
export interface HoleSegment {
  /** Which kind. */
  readonly kind: "hole";
  /** Number of zero bytes; at least 1, may be the whole image. */
  readonly length: number;
}

/** A piece of an image. */
export type Segment = DataSegment | HoleSegment;

/**
 * Size of the buffers that carry data (512 KiB): small enough that data from the pipe is still in
 * the processor's cache when it is written, large enough that the overhead of each segment does not
 * matter.
 */
export const SEGMENT_SIZE = 1 << 19;

/** Bytes of the image that a segment stands for. */
export function lengthOf(segment: Segment): number {
  return segment.kind === "data" ? segment.bytes.length : segment.length;
}
