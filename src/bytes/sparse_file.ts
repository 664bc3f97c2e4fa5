/**
 * Writes segments into a file as they pass: holes are never written, and whole zero blocks of dense
 * data become holes.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";
import { lengthOf, type Segment } from "@/bytes/segment.ts";
import { dataRuns } from "@/bytes/zero_blocks.ts";

/**
 * A pass-through that writes. It comes before the hasher because a buffer can be handed to the
 * hasher's thread only when nobody here needs it any more.
 */
export class SparseFile extends TransformStream<Segment, Segment> {
  /**
   * Writes into `file` from its beginning.
   *
   * @param file An empty file; it is not closed here.
   * @param onWritten Told how many bytes more were written; what it throws ends the transfer.
   */
  constructor(file: OpenFile, onWritten: (bytes: number) => void = () => {}) {
    let position = 0;
    super({
      transform(segment, controller) {
        if (segment.kind === "data") {
          for (const { start, end } of dataRuns(segment.bytes, position)) {
            file.writeAt(segment.bytes.subarray(start, end), position + start);
            onWritten(end - start);
          }
        }
        position += lengthOf(segment);
        controller.enqueue(segment);
      },
      flush() {
        // A hole at the end exists only through the length.
        file.truncate(position);
      },
    });
  }
}
