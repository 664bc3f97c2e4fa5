/**
 * Whether an image may be used as the `disk_format` of its record: the rules of nova's
 * `do_image_deep_inspection`, and the checks of `fetch_to_raw` after it (nova/virt/images.py),
 * which reject some images that the former accepts.
 *
 * @module
 */
import type { Compression } from "@/formats/compressed.ts";
import type { Sighting, View } from "@/formats/detector.ts";
import type { Findings } from "@/formats/format.ts";
import {
  ALSO_ACCEPTED,
  namingObjections,
  NOT_DISKS,
  type Objection,
  type Policy,
  RAW_FOR_QEMU,
  unconvertibleBy,
  uploadFormat,
} from "@/formats/disk_format.ts";

/**
 * The format of an image: `undefined` while undecided, the first one detected if there are several.
 * An ISO that begins with a partition table is an ISO, as for nova and Glance.
 */
export function formatOf(view: View): string | undefined {
  return mainSighting(view)?.name ??
    (view.sightings.length === 0 && view.possible.size === 0 ? "raw" : undefined);
}

/** All reasons known by now, in an order that depends only on the image. */
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

/** Reasons against a disk converted to raw, which nova probes. Its size is checked elsewhere. */
export function objectionsToRaw(view: View, partitions: boolean): readonly Objection[] {
  const name = formatOf(view) ?? "raw";
  if (RAW_FOR_QEMU.includes(name)) {
    return partitions ? unsafe(name, mainSighting(view)?.findings) : [];
  }
  return [{
    reason: `its disk begins like '${name}', expected raw`,
    always: true,
    hint: "do not use it: such an image is made to be opened as another format",
  }];
}

/** Remarks about an accepted image. */
export function remarksOn(
  { notes, obstacles }: Findings,
  policy: Pick<Policy, "use">,
): readonly string[] {
  return obstacles.length === 0 || policy.use === "raw base" ? notes : [...notes, ...obstacles];
}

function mainSighting(view: View): Sighting | undefined {
  const [first] = claims(view);
  return first?.name === "gpt" && view.possible.has("iso") ? undefined : first;
}

/** The detected formats, without the partition table that an ISO may have. */
function claims({ sightings }: View): readonly Sighting[] {
  return sightings.some(({ name }) => name === "iso")
    ? sightings.filter(({ name }) => name !== "gpt")
    : sightings;
}

/** The image's own faults that apply: partition tables only if nova inspects them. */
function findingsOf(main: Sighting | undefined, policy: Policy): Findings | undefined {
  const found = main?.findings;
  if (main?.name !== "gpt" || !found?.problems.length) return found;
  return !NOT_DISKS.includes(policy.declared ?? "") && policy.rules.partitions ? found : undefined;
}

function unconvertible(main: Sighting | undefined, policy: Policy): readonly Objection[] {
  const obstacles = main?.findings?.obstacles ?? [];
  if (obstacles.length === 0 || policy.use !== "raw base") return [];
  return obstacles.map((predicate) => unconvertibleBy(`its ${main?.name} content ${predicate}`));
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
    hint: "do not use it: such an image is made to be opened as another format",
  }];
}

function mismatch(view: View, declared: string): readonly Objection[] {
  const seen = formatOf(view);
  const accepted = [declared, ...ALSO_ACCEPTED[declared] ?? []];
  const stillOpen = accepted.some((name) => name === "raw" || view.possible.has(name)) ||
    view.sightings.some(({ name }) => accepted.includes(name));
  if (seen === undefined ? stillOpen : accepted.includes(seen)) return [];
  const { compression } = view;
  if (compression !== undefined && (seen ?? "raw") === "raw") {
    return [compressed(compression, declared)];
  }
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

function compressed({ command, name }: Compression, declared: string): Objection {
  return {
    reason: `its content is compressed with ${name}, its disk_format is '${declared}'`,
    always: false,
    hint: `decompress it and upload the result: ${command} FILE`,
  };
}

const REPAIR_HINT =
  "repair or convert it on a host without secrets and upload it again: qemu-img check";

const TABLE_HINT =
  "upload it again without the extra partitions; where nova is older than 2024.2, set [glance_direct]nova_release";

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
      hint: name === "gpt" ? TABLE_HINT : REPAIR_HINT,
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
