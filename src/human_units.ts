/**
 * Numbers in human-readable form.
 *
 * @module
 */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Bytes in the largest binary unit that keeps the number above 1: `2.2 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/**
 * Sizes to compare, as `10 GiB`; in bytes if different sizes would otherwise look the same.
 *
 * @example
 * ```ts
 * import { formatCompared } from "@/human_units.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatCompared(1 << 30, 3 << 20), ["1.0 GiB", "3.0 MiB"]);
 * assertEquals(formatCompared(1048576, 1048577), ["1048576 bytes", "1048577 bytes"]);
 * ```
 */
export function formatCompared(...sizes: readonly number[]): readonly string[] {
  const texts = sizes.map(formatBytes);
  const isClear = new Set(texts).size === new Set(sizes).size;
  return isClear ? texts : sizes.map((size) => `${size} bytes`);
}

/** Bytes per second in the decimal unit of networks and disks: `850 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${Math.round(bytesPerSecond / 1e6)} MB/s`;
}

/** Seconds as `7.1s`, `3m20s` or `2h05m`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 99.95) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}s`;
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${pad(Math.floor(whole % 3600 / 60))}m`;
}
