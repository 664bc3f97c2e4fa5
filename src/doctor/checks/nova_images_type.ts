/**
 * `nova.images_type`: this host keeps disks in files, so a cache of base files is of use.
 *
 * @module
 */
import { type Check, ok, warning } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_only.ts";

/** The check. */
export const novaImagesType: Check = {
  id: "nova.images_type",
  what: "nova uses the image cache",
  run(patient) {
    const type = patient.config.get("libvirt.images_type");
    if (type !== "rbd") return ok(`images_type is '${type}': nova uses the cache`);
    return warning(
      "images_type is 'rbd': nova clones images within Ceph, and a cached base is of no use",
      `leave it so and do without prefetch here; ${settingAt(patient, "libvirt.images_type")}`,
    );
  },
};
