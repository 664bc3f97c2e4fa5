/**
 * What differs between the releases of nova in the inspection of images, read from
 * `do_image_deep_inspection` (nova/virt/images.py) of each: up to 2024.1 (nova 29) with an inspector of
 * nova's own, from 2024.2 (nova 30) on with that of oslo.utils.
 *
 * @module
 */

/** The rules of one nova. Plain values. */
export interface NovaRules {
  /** Whether it looks at partition tables, and knows the formats `gpt` and `luks`. */
  readonly partitions: boolean;
  /** Whether an ISO may have a partition table in front of it: every nova but 30 takes it. */
  readonly hybridIso: boolean;
  /** Whether an `ami` may be a disk: up to nova 29, "raw" of `qemu-img info` is compared with "ami". */
  readonly ami: boolean;
}

/** First nova with the inspector of oslo.utils. */
const OSLO_INSPECTOR = 30;

/** First nova that takes an ISO with a partition table again (its commit 507c6c1113). */
const HYBRID_ISO = 31;

/** The rules of the newest nova: where nothing is known of the host's. */
export const NEWEST_RULES: NovaRules = { partitions: true, hybridIso: true, ami: true };

/**
 * The rules of a nova.
 *
 * @param major The first number of its version, e.g. 31 for 2025.1.
 * @param inspects Whether it inspects images at all; older ones learned it in 2024 (CVE-2024-32498).
 */
export function novaRules(major: number, inspects = true): NovaRules {
  const partitions = major >= OSLO_INSPECTOR;
  return {
    partitions,
    hybridIso: !partitions || major >= HYBRID_ISO,
    ami: partitions || !inspects,
  };
}
