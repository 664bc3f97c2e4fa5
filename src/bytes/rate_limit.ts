/**
 * Slows a stream down to a rate, counted in bytes of data: holes cost nothing.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { rateAt, type RateSchedule } from "@/bytes/rate_schedule.ts";
import type { Segment } from "@/bytes/segment.ts";

/** A pass-through that lets no more through than a schedule allows. */
export class RateLimit extends TransformStream<Segment, Segment> {
  /**
   * Starts with an empty bucket.
   *
   * @param schedule Asked before each segment.
   * @param signal Ends the waiting.
   */
  constructor(clock: Clock, schedule: RateSchedule, signal: AbortSignal) {
    let due = clock.monotonic();
    super({
      async transform(segment, controller) {
        const limit = segment.kind === "data" ? rateAt(schedule, clock.now()) : undefined;
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
