/**
 * Sizes and durations as people write them: `10M`, `1.5GiB`, `30s`, `5m`.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

const SIZE_UNITS = ["", "K", "M", "G", "T", "P"] as const;
const DURATION_UNITS = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 } as const;

/**
 * Bytes of a size: a number with `K M G T P`, all powers of 1024, with or without `B` or `iB`.
 *
 * @returns `null` for `off`: no limit.
 * @throws {ToolError} `usage`.
 */
export function parseSize(text: string): number | null {
  if (text.trim().toLowerCase() === "off") return null;
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([KMGTP]?)(?:i?B)?$/i.exec(text.trim());
  if (match === null) {
    throw new ToolError("usage", `'${text}' is not a size such as '10M', '1.5GiB' or 'off'`);
  }
  const power = SIZE_UNITS.indexOf(match[2]?.toUpperCase() as typeof SIZE_UNITS[number]);
  return Math.round(Number(match[1]) * 1024 ** power);
}

/**
 * Milliseconds of a duration: a number with `ms s m h d`; without a unit, seconds.
 *
 * @throws {ToolError} `usage`.
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|m|h|d)?$/i.exec(text.trim());
  if (match === null) {
    throw new ToolError("usage", `'${text}' is not a duration such as '30s', '5m' or '24h'`);
  }
  const unit = (match[2]?.toLowerCase() ?? "s") as keyof typeof DURATION_UNITS;
  return Math.round(Number(match[1]) * DURATION_UNITS[unit]);
}
