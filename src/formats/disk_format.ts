/**
 * What nova makes of the `disk_format` in the record of an image, before anything is known of its content:
 * which ones it has an inspector for (`do_image_deep_inspection`), and which ones its libvirt driver can
 * use (`fetch_to_raw`, nova/virt/images.py).
 *
 * @module
 */
import type { NovaRules } from "@/formats/nova_rules.ts";

/** Formats that nova has an inspector for, and the three that Amazon's images are made of. */
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

/** What a record may call an image that turns out to be something else; without an entry, nothing. */
export const ALSO_ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  raw: ["gpt"],
  // nova's inspection takes any content, but `qemu-img info` must then say "raw".
  ami: RAW_FOR_QEMU,
  aki: RAW_FOR_QEMU,
  ari: RAW_FOR_QEMU,
};

/**
 * Kernels and ramdisks: a kernel with an EFI stub has the signature of an MBR and no partitions. As such
 * nova looks at nothing (`fetch_raw_image`), but a tenant may boot from them as disks, too.
 */
export const NOT_DISKS: readonly string[] = ["aki", "ari"];

/** What becomes of an image: a file of the caller's, or a base of nova's, as it is or converted. */
export type DiskUse = "file" | "base" | "raw base";

/** What an image is judged by. */
export interface Policy {
  /** The record's `disk_format`; `null` while unset. */
  readonly declared: string | null;
  /** `[compute]vmdk_allowed_types`. */
  readonly vmdkAllowedTypes: readonly string[];
  /** Those of the host's nova. */
  readonly rules: NovaRules;
  /** What becomes of it. */
  readonly use: DiskUse;
}

/** A reason not to use an image. */
export interface Objection {
  /** In words, to follow on "Cannot use the image: ". */
  readonly reason: string;
  /** Whether it holds even where the deep inspection is off. */
  readonly always: boolean;
  /** What helps. */
  readonly hint: string;
}

/** Reasons that the `disk_format` of the record alone is: they are known before the first byte. */
export function namingObjections(policy: Policy): readonly Objection[] {
  const { declared } = policy;
  if (declared === null) return [unsupported("its record has no disk_format")];
  if (!DISK_FORMATS.includes(declared)) {
    const known = DISK_FORMATS.join(", ");
    return [
      unsupported(`disk_format '${declared}' is none of those that nova takes: ${known}`),
    ];
  }
  const refuse = BY_NAME.get(declared);
  return refuse === undefined || policy.use === "file" ? [] : refuse(policy);
}

/** The format that an image of this content is uploaded as: a partitioned disk is raw for nova. */
export function uploadFormat(detected: string): string {
  return detected === "gpt" ? "raw" : detected;
}

/**
 * What nova's libvirt driver refuses by its name: what `qemu-img info` calls the format must be the
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
      ? "upload it again as what it is: openstack image create --disk-format raw"
      : `convert it and upload that: qemu-img convert -f ${qemu} -O qcow2 OLD NEW`,
  };
}

function lockedDisk({ rules, use }: Policy): readonly Objection[] {
  if (!rules.partitions) {
    return [unsupported("disk_format 'luks' is none of those that this host's nova takes")];
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

/** What nova, which has no key for it when it converts, fails at. @param reason What it is. */
export function unconvertibleBy(reason: string): Objection {
  return {
    reason: `${reason}, and nova cannot convert it to raw`,
    always: true,
    hint: "set [DEFAULT]force_raw_images = false to cache images as they are",
  };
}
