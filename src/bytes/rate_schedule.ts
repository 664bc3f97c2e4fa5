/**
 * How fast a transfer may be at which time of day.
 *
 * @module
 */

/** From a time of day on, until the next step. */
export interface RateStep {
  /** Minutes after midnight, local time. */
  readonly minute: number;
  /** Bytes a second; `null` means no limit. */
  readonly bytes: number | null;
}

/** Steps in the order of the day; none means no limit. Plain values. */
export type RateSchedule = readonly RateStep[];

/**
 * The limit at a moment; before the day's first step, the last one of the day before holds.
 *
 * @param now Milliseconds since the epoch.
 * @returns Bytes a second; `undefined` means no limit.
 */
export function rateAt(schedule: RateSchedule, now: number): number | undefined {
  if (schedule.length === 0) return undefined;
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const step = schedule.findLast((one) => one.minute <= minute) ?? schedule.at(-1);
  return step?.bytes ?? undefined;
}
