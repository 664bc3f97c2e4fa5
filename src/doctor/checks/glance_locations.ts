/**
 * `glance.locations`: Glance tells where Ceph has the images.
 *
 * @module
 */
import { type Check, ok, warning } from "@/doctor/check.ts";
import { expectDirectPath } from "@/doctor/direct_only.ts";

/** The check. */
export const glanceLocations: Check = {
  id: "glance.locations",
  what: "Glance tells where Ceph has the images",
  async run(patient) {
    expectDirectPath(patient);
    const images = await patient.images();
    const locations = await patient.locations();
    if (locations.length > 0) {
      return ok(`Glance tells the rbd location of ${locations.length} of the images looked at`);
    }
    return warning(
      `Glance tells no rbd location of '${images[0]?.id}': images come over HTTP`,
      "set show_image_direct_url = True in glance-api.conf, or give nova's account the role " +
        "'service' for the locations API",
    );
  },
};
