/**
 * `glance.hash`: records have a hash that bytes can be verified with.
 *
 * @module
 */
import { type Check, ok, warning } from "@/doctor/check.ts";

/** The check. */
export const glanceHash: Check = {
  id: "glance.hash",
  what: "the images have os_hash_value",
  async run(patient) {
    const images = await patient.images();
    const weak = images.filter(({ hash }) => hash?.origin !== "os_hash_value");
    if (weak.length === 0) return ok(`All ${images.length} images looked at have os_hash_value`);
    const details = weak.map(({ id, hash, hashPending }) =>
      `${id}: ${hashPending ? "being computed" : hash === null ? "no hash at all" : "md5 only"}`
    );
    return warning(
      `${weak.length} of ${images.length} images have no os_hash_value`,
      "upload them again, or add the location with do_secure_hash = True in glance-api.conf",
      details,
    );
  },
};
