/**
 * Sizes and durations in human-readable form: `10M`, `1.5GiB`, `30s`, `5m`.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

const SIZE = /^(\d+(?:\.\d+)?|\.\d+)\s*([KMGTP]?)(?:i?B)?$/i;
const DURATION = /^(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|m|h|d)?$/i;
const MILLISECONDS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/**
 * Bytes of a size: a number with `K M G T P`, all powers of 1024, with or without `B` or `iB`.
 *
 * @returns `null` for `off`: no limit.
 * @throws {ToolError} `usage`.
 *
 * @example
 * ```ts
 * import { parseSize } from "@/config/units.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSize("1.5GiB"), 1_610_612_736);
 * ```
 */
export function parseSize(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === "off") return null;
  const [, count, unit = ""] = SIZE.exec(trimmed) ?? [];
  const bytes = Math.round(Number(count) * 1024 ** " KMGTP".indexOf(unit.toUpperCase() || " "));
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new ToolError("usage", `'${text}' is not a size such as '10M', '1.5GiB' or 'off'`);
}

/**
 * Milliseconds of a duration: a number with `ms s m h d`; without a unit, seconds.
 *
 * @throws {ToolError} `usage`.
 *
 * @example
 * ```ts
 * import { parseDuration } from "@/config/units.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("5m"), parseDuration("300"));
 * ```
 */
export function parseDuration(text: string): number {
  const [, count, unit = "s"] = DURATION.exec(text.trim()) ?? [];
  const milliseconds = Math.round(Number(count) * (MILLISECONDS[unit.toLowerCase()] ?? NaN));
  if (Number.isSafeInteger(milliseconds)) return milliseconds;
  throw new ToolError("usage", `'${text}' is not a duration such as '30s', '5m' or '24h'`);
}

/** A size in the largest unit that is exact, e.g. `1536M`. */
export function formatSize(bytes: number): string {
  let count = bytes;
  let power = 0;
  while (power < 5 && count !== 0 && count % 1024 === 0) {
    count /= 1024;
    power++;
  }
  return `${count}${["", "K", "M", "G", "T", "P"][power]}`;
}

/** A duration in the largest unit that is exact, e.g. `90s`. */
export function formatDuration(milliseconds: number): string {
  for (const [unit, size] of Object.entries(MILLISECONDS)) {
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return "0s";
}
