/**
 * How nova treats the `disk_format` in the record of an image, before its content is known: which
 * ones it has an inspector for (`do_image_deep_inspection`), and which ones its libvirt driver can
 * use (`fetch_to_raw`, nova/virt/images.py).
 *
 * @module
 */
import type { NovaRules } from "@/formats/nova_rules.ts";

/** Formats that nova has an inspector for, and the three formats of Amazon's images. */
export const DISK_FORMATS: readonly string[] = [
  "raw",
  "qcow2",
  "vmdk",
  "vhd",
  "vhdx",
  "vdi",
  "iso",
  "gpt",
  "luks",
  "qed",
  "ami",
  "aki",
  "ari",
];

/** What qemu-img calls raw. */
export const RAW_FOR_QEMU: readonly string[] = ["raw", "gpt", "iso"];

/** Other formats that an image with this `disk_format` may have; none without an entry. */
export const ALSO_ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  raw: ["gpt"],
  // nova's inspection accepts any content, but `qemu-img info` must then report "raw".
  ami: RAW_FOR_QEMU,
  aki: RAW_FOR_QEMU,
  ari: RAW_FOR_QEMU,
};

/**
 * Kernels and ramdisks: a kernel with an EFI stub has the signature of an MBR and no partitions.
 * Nova does not inspect them as such (`fetch_raw_image`), but a tenant may also boot from them as
 * disks.
 */
export const NOT_DISKS: readonly string[] = ["aki", "ari"];

/** The use of an image: a file of the caller's, or a base of nova's, unchanged or converted. */
export type DiskUse = "file" | "base" | "raw base";

/** What the rules depend on. */
export interface Policy {
  /** The record's `disk_format`; `null` while unset. */
  readonly declared: string | null;
  /** `[compute]vmdk_allowed_types`. */
  readonly vmdkAllowedTypes: readonly string[];
  /** The rules of the host's nova. */
  readonly rules: NovaRules;
  /** The use of the image. */
  readonly use: DiskUse;
}

/** A reason to reject an image. */
export interface Objection {
  /** In words, following "Cannot use the image: ". */
  readonly reason: string;
  /** Whether it applies even if the deep inspection is off. */
  readonly always: boolean;
  /** What helps. */
  readonly hint: string;
}

/** Reasons from the `disk_format` in the record alone: they are known before the first byte. */
export function namingObjections(policy: Policy): readonly Objection[] {
  const { declared } = policy;
  if (declared === null) return [unsupported("its record has no disk_format")];
  if (!DISK_FORMATS.includes(declared)) {
    const known = DISK_FORMATS.join(", ");
    return [unsupported(`disk_format '${declared}' is not one that nova accepts: ${known}`)];
  }
  const refuse = BY_NAME.get(declared);
  return refuse === undefined || policy.use === "file" ? [] : refuse(policy);
}

/** The `disk_format` of an image with this content: a partitioned disk is raw for nova. */
export function uploadFormat(detected: string): string {
  return detected === "gpt" ? "raw" : detected;
}

/**
 * Names that nova's libvirt driver refuses: the format from `qemu-img info` must be the
 * `disk_format`, or "raw" for the few that nova translates.
 */
const BY_NAME: ReadonlyMap<string, (policy: Policy) => readonly Objection[]> = new Map([
  ["vhd", () => [refusedByName("vhd", "vpc")]],
  ["gpt", () => [refusedByName("gpt", "raw")]],
  ["ami", ({ rules }: Policy) => rules.ami ? [] : [refusedByName("ami", "raw")]],
  ["qed", () => [unsupported("disk_format 'qed' is one that nova always refuses")]],
  ["luks", lockedDisk],
]);

function refusedByName(declared: string, qemu: string): Objection {
  return {
    reason: `disk_format '${declared}' is '${qemu}' for qemu-img, so nova refuses it`,
    always: false,
    hint: qemu === "raw"
      ? "upload it again with its real format: openstack image create --disk-format raw"
      : `convert it and upload that: qemu-img convert -f ${qemu} -O qcow2 OLD NEW`,
  };
}

function lockedDisk({ rules, use }: Policy): readonly Objection[] {
  if (!rules.partitions) {
    return [unsupported("disk_format 'luks' is not one that this host's nova accepts")];
  }
  return use === "raw base" ? [unconvertibleBy("its disk_format 'luks' is encrypted")] : [];
}

function unsupported(reason: string): Objection {
  return {
    reason,
    always: false,
    hint: "upload it again with its format: openstack image create --disk-format …",
  };
}

/** Images that nova fails to convert because it has no key. @param reason The reason. */
export function unconvertibleBy(reason: string): Objection {
  return {
    reason: `${reason}, and nova cannot convert it to raw`,
    always: true,
    hint: "set [DEFAULT]force_raw_images = false to cache images as they are",
  };
}
