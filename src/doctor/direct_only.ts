/**
 * What the checks of the direct path have in common.
 *
 * @module
 */
import { type CephCluster, defaultCluster } from "@/config/ceph_clusters.ts";
import { allowedPools, directPath } from "@/config/direct_path.ts";
import { elsewhere, NotApplicable, type Patient } from "@/doctor/check.ts";
import type { RbdLocation } from "@/handlers/rbd_location.ts";

/**
 * Ends a check that only concerns the direct path.
 *
 * @throws {NotApplicable} Where images are not read from Ceph at all.
 */
export function expectDirectPath({ config }: Patient): void {
  if (!directPath(config).enabled) {
    throw new NotApplicable("The direct path is off: see nova.direct_path");
  }
}

/**
 * The cluster of nova's own options.
 *
 * @throws {NotApplicable} If its ceph.conf cannot be read: one check says so for all.
 */
export function readableCluster({ config, context }: Patient): CephCluster {
  try {
    return defaultCluster(config, context.files);
  } catch (error) {
    throw elsewhere("The cluster is not known", "rbd.conf", error);
  }
}

/**
 * Where Ceph has some of Glance's images, for all checks but the one that is about this.
 *
 * @throws {NotApplicable} If that is not known.
 */
export async function knownLocations(patient: Patient): Promise<readonly RbdLocation[]> {
  try {
    return await patient.locations();
  } catch (error) {
    throw elsewhere("No location is known", "glance.locations", error);
  }
}

/** The pool to look into: the allowed one, else the one that Glance's images are in. */
export async function poolOf(patient: Patient): Promise<string> {
  const pool = allowedPools(patient.config)[0] ?? (await knownLocations(patient))[0]?.pool;
  if (pool !== undefined) return pool;
  throw new NotApplicable("No pool is known: [glance]rbd_pool is not set, see glance.locations");
}

/** `[group]name (origin)`: the setting, and where to change it. */
export function settingAt(
  { config }: Pick<Patient, "config">,
  key: Parameters<Patient["config"]["originOf"]>[0],
): string {
  const [group, name] = key.split(".");
  return `[${group}]${name} (${config.originOf(key)})`;
}
