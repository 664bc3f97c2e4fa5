/**
 * The rate limits of a transfer by time of day.
 *
 * @module
 */

/** A limit from a time of day until the next step. */
export interface RateStep {
  /** Minutes after midnight, local time. */
  readonly minute: number;
  /** Bytes per second; `null` means no limit. */
  readonly bytes: number | null;
}

/** Steps in the order of the day; an empty list means no limit. Plain values. */
export type RateSchedule = readonly RateStep[];

/**
 * The limit at a time. Before the first step of a day, the last step of the previous day applies.
 *
 * @param now Milliseconds since the epoch.
 * @returns Bytes per second; `undefined` means no limit.
 */
export function rateAt(schedule: RateSchedule, now: number): number | undefined {
  if (schedule.length === 0) return undefined;
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const step = schedule.findLast((one) => one.minute <= minute) ?? schedule.at(-1);
  return step?.bytes ?? undefined;
}
