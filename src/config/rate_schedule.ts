/**
 * The syntax of `[glance_direct]bwlimit`, which is that of rclone's `--bwlimit`.
 *
 * @module
 */
import { parseSize } from "@/config/units.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import type { RateSchedule, RateStep } from "@/bytes/rate_schedule.ts";

const STEP = /^([01]\d|2[0-3]):([0-5]\d),(\S+)$/;

/**
 * Reads a schedule: `50M`, `off`, or steps of a day as in `08:00,50M 20:00,off`.
 *
 * @param origin Origin of the text, for the message.
 * @throws {ToolError} `config_invalid`, if a word has another form.
 *
 * @example
 * ```ts
 * import { parseRateSchedule } from "@/config/rate_schedule.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRateSchedule("20:00,off 08:00,1M", "a test"), [
 *   { minute: 480, bytes: 1048576 },
 *   { minute: 1200, bytes: null },
 * ]);
 * ```
 */
export function parseRateSchedule(text: string, origin: string): RateSchedule {
  const words = text.trim().split(/\s+/).filter((word) => word !== "");
  const steps = words.length === 1 && !STEP.test(words[0] ?? "")
    ? [{ minute: 0, bytes: bytesOf(words[0] ?? "", text, origin) }]
    : words.map((word) => stepOf(word, text, origin));
  return steps.toSorted((a, b) => a.minute - b.minute);
}

function stepOf(word: string, text: string, origin: string): RateStep {
  const [, hours, minutes, rate] = STEP.exec(word) ?? [];
  if (rate === undefined) throw invalid(word, text, origin);
  return { minute: Number(hours) * 60 + Number(minutes), bytes: bytesOf(rate, text, origin) };
}

function bytesOf(rate: string, text: string, origin: string): number | null {
  try {
    const bytes = parseSize(rate);
    if (bytes !== 0) return bytes;
  } catch (error) {
    expectedFailure(error);
  }
  throw invalid(rate, text, origin);
}

function invalid(word: string, text: string, origin: string): ToolError {
  return new ToolError(
    "config_invalid",
    `Cannot read [glance_direct]bwlimit '${text}' (${origin}): '${word}' is not a step of a schedule`,
    { hints: ["write it like '50M' or '08:00,50M 20:00,off'"] },
  );
}
