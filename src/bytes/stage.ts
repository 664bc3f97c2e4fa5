/**
 * The stages that a segment passes between its source and the sink, in one stream.
 *
 * @module
 */
import type { Segment } from "@/bytes/segment.ts";

/** Processes every segment, in order. An error it throws ends the transfer. */
export interface Stage {
  /** Processes a segment; the next stage gets it afterwards. */
  take(segment: Segment): void | Promise<void>;
  /** Called after the last segment. */
  end?(): void;
}

/** A stream that passes each segment through all stages, then forwards it. */
export function through(...stages: readonly Stage[]): TransformStream<Segment, Segment> {
  return new TransformStream({
    async transform(segment, controller) {
      for (const stage of stages) {
        const wait = stage.take(segment);
        // Most stages do not wait, and each turn of the event loop has a cost.
        if (wait !== undefined) await wait;
      }
      controller.enqueue(segment);
    },
    flush() {
      for (const stage of stages) stage.end?.();
    },
  });
}
