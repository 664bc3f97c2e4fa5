/**
 * Writes passing segments into a file: holes are not written, and whole zero blocks of dense data
 * become holes.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";
import { lengthOf } from "@/bytes/segment.ts";
import type { Stage } from "@/bytes/stage.ts";
import { dataRuns } from "@/bytes/zero_blocks.ts";

/**
 * Writes into `file` from its beginning. It precedes the verifier, which passes the buffers on.
 *
 * @param file An empty file; it is not closed here.
 * @param onWritten Called with the number of further bytes written; an error it throws ends the
 * transfer.
 */
export function sparseFile(file: OpenFile, onWritten: (bytes: number) => void = () => {}): Stage {
  let position = 0;
  return {
    take(segment) {
      if (segment.kind === "data") {
        for (const { start, end } of dataRuns(segment.bytes, position)) {
          file.writeAt(segment.bytes.subarray(start, end), position + start);
          onWritten(end - start);
        }
      }
      position += lengthOf(segment);
    },
    end() {
      // A hole at the end exists only as part of the length.
      file.truncate(position);
    },
  };
}
