/**
 * Whether an image may be used as the `disk_format` of its record: the rules of nova's
 * `do_image_deep_inspection` and of what `fetch_to_raw` checks after it (nova/virt/images.py), where
 * the two refuse what the one would let pass.
 *
 * @module
 */
import type { Sighting, View } from "@/formats/detector.ts";
import type { Findings } from "@/formats/format.ts";
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
const RAW_FOR_QEMU: readonly string[] = ["raw", "gpt", "iso"];

/** What a record may call an image that turns out to be something else; without an entry, nothing. */
const ALSO_ACCEPTED: Readonly<Record<string, readonly string[]>> = {
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
const NOT_DISKS: readonly string[] = ["aki", "ari"];

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

/**
 * The format an image is of: `undefined` while that is open, the first one seen if it is of several.
 * An ISO with a partition table in front of it is an ISO, as for nova and Glance.
 */
export function formatOf(view: View): string | undefined {
  return mainSighting(view)?.name ??
    (view.sightings.length === 0 && view.possible.size === 0 ? "raw" : undefined);
}

/** Every reason that is known by now, in an order that only the image decides. */
export function objectionsTo(view: View, policy: Policy): readonly Objection[] {
  const { declared } = policy;
  const named = namingObjections(policy);
  const main = mainSighting(view);
  return [
    ...conflict(view, policy),
    ...declared === null || named.length > 0 ? named : mismatch(view, declared),
    ...unsafe(main?.name ?? "", findingsOf(main, policy)),
    ...unconvertible(main, policy),
    ...vmdkType(main?.findings?.subformat ?? null, policy),
  ];
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
  return unbootable(declared, policy);
}

/** Reasons against a disk that was converted to raw, which nova probes. Its size is another matter. */
export function objectionsToRaw(view: View, partitions: boolean): readonly Objection[] {
  const name = formatOf(view) ?? "raw";
  if (RAW_FOR_QEMU.includes(name)) {
    return partitions ? unsafe(name, mainSighting(view)?.findings) : [];
  }
  return [{
    reason: `its disk begins like '${name}', expected raw`,
    always: true,
    hint: "do not use it: such an image is made to be taken for something else",
  }];
}

/** What is worth saying of an image that passes. */
export function remarksOn(
  { notes, obstacles }: Findings,
  policy: Pick<Policy, "use">,
): readonly string[] {
  return obstacles.length === 0 || policy.use === "raw base" ? notes : [...notes, ...obstacles];
}

/** The format that an image of this content is uploaded as: a partitioned disk is raw for nova. */
export function uploadFormat(detected: string): string {
  return detected === "gpt" ? "raw" : detected;
}

function mainSighting(view: View): Sighting | undefined {
  const [first] = claims(view);
  return first?.name === "gpt" && view.possible.has("iso") ? undefined : first;
}

/** What is seen, without the partition table that an ISO may have. */
function claims({ sightings }: View): readonly Sighting[] {
  return sightings.some(({ name }) => name === "iso")
    ? sightings.filter(({ name }) => name !== "gpt")
    : sightings;
}

/** What counts of an image's own faults: partition tables only where nova looks at them. */
function findingsOf(main: Sighting | undefined, policy: Policy): Findings | undefined {
  const found = main?.findings;
  if (main?.name !== "gpt" || !found?.problems.length) return found;
  return !NOT_DISKS.includes(policy.declared ?? "") && policy.rules.partitions ? found : undefined;
}

/**
 * What nova's libvirt driver refuses by its name: what `qemu-img info` calls the format must be the
 * `disk_format`, or "raw" for the few that nova translates.
 */
function unbootable(declared: string, policy: Policy): readonly Objection[] {
  switch (declared) {
    case "vhd":
      return policy.use === "file" ? [] : [refusedByName("vhd", "vpc")];
    case "gpt":
      return policy.use === "file" ? [] : [refusedByName("gpt", "raw")];
    case "ami":
      return policy.use === "file" || policy.rules.ami ? [] : [refusedByName("ami", "raw")];
    case "qed":
      return policy.use === "file" ? [] : [unsupported("nova refuses each disk_format 'qed'")];
    case "luks":
      return policy.use === "file" ? [] : lockedDisk(policy);
    default:
      return [];
  }
}

function refusedByName(declared: string, qemu: string): Objection {
  return unsupported(`disk_format '${declared}' is '${qemu}' for qemu-img, so nova refuses it`);
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

function unconvertible(main: Sighting | undefined, policy: Policy): readonly Objection[] {
  const obstacles = main?.findings?.obstacles ?? [];
  if (obstacles.length === 0 || policy.use !== "raw base") return [];
  return obstacles.map((predicate) => unconvertibleBy(`its ${main?.name} content ${predicate}`));
}

/** nova converts it with no key at hand, too. */
function unconvertibleBy(reason: string): Objection {
  return {
    reason: `${reason}, and nova cannot convert it to raw`,
    always: true,
    hint: "set [DEFAULT]force_raw_images = false to cache images as they are",
  };
}

function conflict(view: View, policy: Policy): readonly Objection[] {
  if (view.sightings.length < 2) return [];
  const { partitions, hybridIso } = policy.rules;
  const seen =
    (hybridIso || NOT_DISKS.includes(policy.declared ?? "") ? claims(view) : view.sightings)
      .filter(({ name }) => name !== "gpt" || partitions);
  if (seen.length < 2) return [];
  const names = seen.map(({ name }) => `'${name}'`);
  return [{
    reason: `its content is ${names.join(" and ")} at the same time`,
    always: false,
    hint: "do not use it: such an image is made to be taken for something else",
  }];
}

function mismatch(view: View, declared: string): readonly Objection[] {
  const seen = formatOf(view);
  const accepted = [declared, ...ALSO_ACCEPTED[declared] ?? []];
  const stillOpen = accepted.some((name) => name === "raw" || view.possible.has(name)) ||
    view.sightings.some(({ name }) => accepted.includes(name));
  if (seen === undefined ? stillOpen : accepted.includes(seen)) return [];
  return [{
    reason: seen === undefined
      ? `its content is not '${declared}', which its disk_format says`
      : `its content is '${seen}', its disk_format '${declared}'`,
    always: false,
    hint: `upload it again with its format: openstack image create --disk-format ${
      uploadFormat(seen ?? "…")
    }`,
  }];
}

function unsafe(name: string, findings: Findings | undefined): readonly Objection[] {
  const { references, problems } = findings ?? { references: [], problems: [] };
  return [
    ...references.map((predicate) => ({
      reason: `its ${name} content ${predicate}`,
      always: true,
      hint: "make it self-contained and upload that: qemu-img convert -O qcow2 OLD NEW",
    })),
    ...problems.map((predicate) => ({
      reason: `its ${name} content ${predicate}`,
      always: false,
      hint: "repair or convert it on a host without secrets and upload it again: qemu-img check",
    })),
  ];
}

/** `check_vmdk_image` of nova. */
function vmdkType(type: string | null, policy: Policy): readonly Objection[] {
  if (type === null || policy.vmdkAllowedTypes.includes(type)) return [];
  return [{
    reason: `its VMDK type '${type}' is not allowed`,
    always: true,
    hint: `set [compute]vmdk_allowed_types in nova.conf; it is '${policy.vmdkAllowedTypes.join()}'`,
  }];
}
