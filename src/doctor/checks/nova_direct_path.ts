/**
 * `nova.direct_path`: the direct path is on, and both generations of nova's options agree.
 *
 * @module
 */
import { directPath } from "@/config/direct_path.ts";
import type { OptionKey } from "@/config/options.ts";
import { type Check, ok, type Patient, warning } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_only.ts";

/** Options of nova since Victoria, and what each falls back to. */
const TWINS: readonly (readonly [newer: OptionKey, older: OptionKey])[] = [
  ["glance.rbd_user", "libvirt.rbd_user"],
  ["glance.rbd_ceph_conf", "libvirt.images_rbd_ceph_conf"],
];

/** The check. */
export const novaDirectPath: Check = {
  id: "nova.direct_path",
  what: "images are read from Ceph, and nova's options agree",
  run(patient) {
    const { config } = patient;
    const { by, enabled } = directPath(config);
    if (!enabled) {
      return warning(
        "The direct path is off: images come over HTTP",
        `set [glance]enable_rbd_download = True; now ${
          settingAt(patient, "glance.enable_rbd_download")
        }`,
      );
    }
    const isRefused = !config.get("glance.enable_rbd_download") &&
      config.originOf("glance.enable_rbd_download") !== "default";
    if (isRefused) {
      return warning(
        `${by} turns the direct path on, ${
          settingAt(patient, "glance.enable_rbd_download")
        } is False`,
        "let both say the same: nova itself looks at enable_rbd_download alone",
      );
    }
    const [first, ...more] = TWINS.flatMap((twin) => difference(patient, twin));
    if (first === undefined) return ok(`The direct path is on by ${by}`);
    return warning(first, "remove one of them, or let both say the same", more);
  },
};

function difference(
  patient: Patient,
  [newer, older]: readonly [OptionKey, OptionKey],
): readonly string[] {
  const [one, other] = [patient.config.get(newer), patient.config.get(older)];
  if (!one || !other || one === other) return [];
  return [
    `${settingAt(patient, newer)} is '${one}' and counts, ${
      settingAt(patient, older)
    } is '${other}'`,
  ];
}
