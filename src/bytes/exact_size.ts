/**
 * Holds a stream to the size that the image record names: neither a byte more nor less gets through.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { lengthOf, type Segment } from "@/bytes/segment.ts";

/** A pass-through that errors when the stream is not exactly `size` bytes long. */
export class ExactSize extends TransformStream<Segment, Segment> {
  /**
   * Counts from the beginning of the image.
   *
   * @param size Bytes expected.
   * @param label What is read, for the message.
   */
  constructor(size: number, label: string) {
    let seen = 0;
    super({
      transform(segment, controller) {
        seen += lengthOf(segment);
        // At once, so that an endless stream cannot fill the disk.
        if (seen > size) throw sizeMismatch(label, `more than ${size}`, size);
        controller.enqueue(segment);
      },
      flush() {
        if (seen !== size) throw sizeMismatch(label, `${seen}`, size);
      },
    });
  }
}

/** The error for a stream of the wrong length. */
export function sizeMismatch(label: string, actual: string, expected: number): ToolError {
  return new ToolError(
    "size_mismatch",
    `Cannot accept the data of ${label}: it has ${actual} bytes, expected ${expected}`,
    { hints: ["compare with the image record: glance-direct show IMAGE"] },
  );
}
