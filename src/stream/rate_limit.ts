/**
 * Slows a stream down to a rate, counted in bytes of data: holes cost nothing.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import type { Segment } from "@/stream/segment.ts";

/** A pass-through that lets at most `rate()` bytes a second through. */
export class RateLimit extends TransformStream<Segment, Segment> {
  /**
   * Starts with an empty bucket.
   *
   * @param rate Bytes a second from now on, asked before each segment; `undefined` means no limit.
   * @param signal Ends the waiting.
   */
  constructor(clock: Clock, rate: () => number | undefined, signal: AbortSignal) {
    let due = clock.monotonic();
    super({
      async transform(segment, controller) {
        const limit = segment.kind === "data" ? rate() : undefined;
        if (segment.kind === "data" && limit !== undefined) {
          const now = clock.monotonic();
          if (due > now) await clock.sleep(due - now, signal);
          due = Math.max(due, now) + segment.bytes.length / limit * 1000;
        }
        controller.enqueue(segment);
      },
    });
  }
}
