/**
 * Enforces the size in the image record: not a byte more, not a byte less.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { lengthOf } from "@/bytes/segment.ts";
import type { Stage } from "@/bytes/stage.ts";

/**
 * Counts from the beginning of the image.
 *
 * @param size Bytes expected; any other number is `size_mismatch`.
 * @param label Name of the source, for the message.
 */
export function exactSize(size: number, label: string): Stage {
  let seen = 0;
  return {
    take(segment) {
      seen += lengthOf(segment);
      // Checked immediately, so that an endless stream cannot fill the disk.
      if (seen > size) throw sizeMismatch(label, `more than ${size}`, size);
    },
    end() {
      if (seen !== size) throw sizeMismatch(label, `${seen}`, size);
    },
  };
}

/** The error for a stream of the wrong length. */
export function sizeMismatch(label: string, actual: string, expected: number): ToolError {
  return new ToolError(
    "size_mismatch",
    `Cannot accept the data of ${label}: it has ${actual} bytes, expected ${expected}`,
    { hints: ["compare with the image record: glance-direct show IMAGE"] },
  );
}
