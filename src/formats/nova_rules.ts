/**
 * Differences between nova releases in the inspection of images, from `do_image_deep_inspection`
 * (nova/virt/images.py) of each: up to 2024.1 (nova 29) with nova's own inspector, from 2024.2
 * (nova 30) with that of oslo.utils.
 *
 * @module
 */

/** The rules of one nova release. Plain values. */
export interface NovaRules {
  /** Whether it inspects partition tables and supports the formats `gpt` and `luks`. */
  readonly partitions: boolean;
  /** Whether an ISO may begin with a partition table: every release except 30 accepts it. */
  readonly hybridIso: boolean;
  /** Whether an `ami` may be a disk: nova 29 and older compare "raw" from qemu-img with "ami". */
  readonly ami: boolean;
}

/** First nova with the inspector of oslo.utils. */
const OSLO_INSPECTOR = 30;

/** First nova that accepts an ISO with a partition table again (its commit 507c6c1113). */
const HYBRID_ISO = 31;

/** The rules of the newest nova, if the host's release is unknown. */
export const NEWEST_RULES: NovaRules = { partitions: true, hybridIso: true, ami: true };

/**
 * The rules of a nova release.
 *
 * @param major The first number of its version, e.g. 31 for 2025.1.
 * @param inspects Whether it inspects images at all; older releases got it in 2024
 * (CVE-2024-32498).
 */
export function novaRules(major: number, inspects = true): NovaRules {
  const partitions = major >= OSLO_INSPECTOR;
  return {
    partitions,
    hybridIso: !partitions || major >= HYBRID_ISO,
    ami: partitions || !inspects,
  };
}
