/**
 * Whether an image may be used as the `disk_format` of its record: the rules of nova's
 * `do_image_deep_inspection` and of what `fetch_to_raw` checks after it (nova/virt/images.py), where
 * the two refuse what the one would let pass.
 *
 * @module
 */
import type { Sighting, View } from "@/formats/detector.ts";
import type { Findings } from "@/formats/format.ts";

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

/** What a record may call an image that turns out to be something else; without an entry, nothing. */
const ALSO_ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  raw: ["gpt"],
  // nova's inspection takes any content, but `qemu-img info` must then say "raw".
  ami: ["raw", "gpt", "iso"],
};

/** Kernels and ramdisks: nova fetches them with `fetch_raw_image`, which looks at nothing. */
const NOT_DISKS: readonly string[] = ["aki", "ari"];

/** What an image is judged by. */
export interface Policy {
  /** The record's `disk_format`; `null` while unset. */
  readonly declared: string | null;
  /** `[compute]vmdk_allowed_types`. */
  readonly vmdkAllowedTypes: readonly string[];
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
  if (declared !== null && NOT_DISKS.includes(declared)) return [];
  const main = mainSighting(view);
  return [
    ...conflict(view),
    ...declared === null || !DISK_FORMATS.includes(declared)
      ? [unsupported(declared)]
      : mismatch(view, declared),
    ...unsafe(main?.name ?? "", main?.findings),
    ...vmdkType(main?.findings?.subformat ?? null, policy),
  ];
}

/** What is worth saying of an image that passes. */
export function remarksOn(declared: string | null): readonly string[] {
  if (declared === "vhd") return ["is 'vpc' for qemu-img: nova's libvirt driver refuses 'vhd'"];
  if (declared === "gpt") return ["is 'raw' for qemu-img: nova's libvirt driver refuses 'gpt'"];
  return [];
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

function unsupported(declared: string | null): Objection {
  const known = DISK_FORMATS.join(", ");
  return {
    reason: declared === null
      ? "its record has no disk_format"
      : `disk_format '${declared}' is none of those that nova takes: ${known}`,
    always: false,
    hint: "upload it again with its format: openstack image create --disk-format …",
  };
}

function conflict(view: View): readonly Objection[] {
  const names = claims(view).map(({ name }) => `'${name}'`);
  if (names.length < 2) return [];
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
    hint: `upload it again with its format: openstack image create --disk-format ${seen ?? "…"}`,
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
