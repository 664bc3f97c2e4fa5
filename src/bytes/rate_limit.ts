/**
 * Limits the rate of a stream, in bytes of data: holes do not count.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { rateAt, type RateSchedule } from "@/bytes/rate_schedule.ts";
import type { Stage } from "@/bytes/stage.ts";

/**
 * Lets through as much as a schedule allows. It starts with an empty bucket.
 *
 * @param schedule Read before each segment.
 * @param signal Ends the wait.
 */
export function rateLimit(clock: Clock, schedule: RateSchedule, signal: AbortSignal): Stage {
  let due = clock.monotonic();
  return {
    async take(segment) {
      const limit = segment.kind === "data" ? rateAt(schedule, clock.now()) : undefined;
      if (segment.kind !== "data" || limit === undefined) return;
      const now = clock.monotonic();
      if (due > now) await clock.sleep(due - now, signal);
      due = Math.max(due, now) + segment.bytes.length / limit * 1000;
    },
  };
}
