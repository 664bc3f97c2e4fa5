/**
 * Cuts off trailing zeros beyond the image: an RBD image may be longer than the image in it
 * (glance_store before 5.0.0 did not trim it), never shorter.
 *
 * @module
 */
import { lengthOf, type Segment } from "@/bytes/segment.ts";
import { sizeMismatch } from "@/bytes/exact_size.ts";
import { isZero } from "@/bytes/zero_blocks.ts";

/**
 * Maximum bytes beyond the image (16 GiB): glance_store let an RBD image grow by at most 8 GiB at
 * once (`_resize_on_write`). A source that sends more may be endless.
 */
const LONGEST_TAIL = 16 * 2 ** 30;

/**
 * Forwards the first `size` bytes.
 *
 * @param label Name of the source, for the message.
 * @throws {ToolError} `size_mismatch`, if a later byte is not zero, or there are too many.
 */
export async function* withoutZeroTail(
  segments: AsyncIterable<Segment>,
  size: number,
  label: string,
): AsyncGenerator<Segment> {
  let left = size;
  let tail = 0;
  for await (const segment of segments) {
    const kept = Math.min(left, lengthOf(segment));
    left -= kept;
    tail += lengthOf(segment) - kept;
    if (tail > LONGEST_TAIL) throw sizeMismatch(label, `more than ${size + LONGEST_TAIL}`, size);
    if (segment.kind === "hole") {
      if (kept > 0) yield { kind: "hole", length: kept };
      continue;
    }
    if (!isZero(segment.bytes, kept)) throw sizeMismatch(label, `more than ${size}`, size);
    if (kept > 0) yield { kind: "data", bytes: segment.bytes.subarray(0, kept) };
  }
}
