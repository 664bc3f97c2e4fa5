/**
 * The stations of a segment between its source and the end of its way, in one stream.
 *
 * @module
 */
import type { Segment } from "@/bytes/segment.ts";

/** What is done with every segment, in order. What a stage throws ends the transfer. */
export interface Stage {
  /** Takes a segment; the next stage has it when this one is done. */
  take(segment: Segment): void | Promise<void>;
  /** After the last segment. */
  end?(): void;
}

/** A stream that hands each segment from stage to stage and passes it on. */
export function through(...stages: readonly Stage[]): TransformStream<Segment, Segment> {
  return new TransformStream({
    async transform(segment, controller) {
      for (const stage of stages) {
        const wait = stage.take(segment);
        // Most stages do not wait, and each turn of the event loop costs something.
        if (wait !== undefined) await wait;
      }
      controller.enqueue(segment);
    },
    flush() {
      for (const stage of stages) stage.end?.();
    },
  });
}
