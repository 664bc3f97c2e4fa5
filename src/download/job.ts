/**
 * All that a transfer is told: plain values, decided before the first byte.
 *
 * @module
 */
import type { ImageRecord } from "@/glance/image.ts";

/** What is checked before the file gets its name. */
export const VERIFY_MODES = ["full", "size"] as const;

/** One of {@linkcode VERIFY_MODES}. */
export type VerifyMode = typeof VERIFY_MODES[number];

/** One image to be transferred. */
export interface DownloadJob {
  /** The record; the root of trust. */
  readonly record: ImageRecord;
  /** Its size in bytes, known and checked. */
  readonly size: number;
  /** What is checked. */
  readonly verify: VerifyMode;
  /** Tries after the first one, for the last source. */
  readonly retries: number;
  /** Longest silence of a source, in milliseconds. */
  readonly stallTimeout: number;
  /** Bytes a second from now on; `undefined` means no limit. */
  readonly rate: () => number | undefined;
}
