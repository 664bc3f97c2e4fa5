/**
 * All that a transfer is told: plain values, decided before the first byte.
 *
 * @module
 */
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { RateSchedule } from "@/bytes/rate_schedule.ts";
import type { SignaturePlan } from "@/signatures/signature.ts";

/** What is checked before the file gets its name. */
export const VERIFY_MODES = ["full", "size"] as const;

/** One of {@linkcode VERIFY_MODES}. */
export type VerifyMode = typeof VERIFY_MODES[number];

/** Rules for the format of an image, as nova has them. */
export interface FormatRules {
  /** `[compute]vmdk_allowed_types`. */
  readonly vmdkAllowedTypes: readonly string[];
  /** Not `[workarounds]disable_deep_image_inspection`. */
  readonly deep: boolean;
}

/** One image to be transferred. */
export interface DownloadJob {
  /** The record; the root of trust. */
  readonly record: ImageRecord;
  /** Its size in bytes, known and checked. */
  readonly size: number;
  /** What is checked. */
  readonly verify: VerifyMode;
  /** The signature that must hold, `null` when none is asked for. */
  readonly signature: SignaturePlan | null;
  /** Which formats may be used. */
  readonly formats: FormatRules;
  /** Tries after the first one, for the last source. */
  readonly retries: number;
  /** Longest silence of a source, in milliseconds. */
  readonly stallTimeout: number;
  /** How fast it may be. */
  readonly rate: RateSchedule;
}
