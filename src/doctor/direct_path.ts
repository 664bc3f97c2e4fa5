/**
 * What the checks of the direct path have in common.
 *
 * @module
 */
import { type CephCluster, defaultCluster } from "@/config/ceph_clusters.ts";
import { allowedPools, directPath } from "@/config/direct_path.ts";
import { type HostFacts, NotApplicable, reportedBy } from "@/doctor/check.ts";
import type { RbdLocation } from "@/sources/rbd/location.ts";

/**
 * Ends a check that only concerns the direct path.
 *
 * @throws {NotApplicable} Where images are not read from Ceph at all.
 */
export function expectDirectPath({ config }: HostFacts): void {
  if (!directPath(config).enabled) {
    throw new NotApplicable("The direct path is off: see nova.direct_path");
  }
}

/**
 * The cluster of nova's own options.
 *
 * @throws {NotApplicable} If its ceph.conf cannot be read: one check says so for all.
 */
export function readableCluster({ config, context }: HostFacts): CephCluster {
  try {
    return defaultCluster(config, context.files);
  } catch (error) {
    throw reportedBy("The cluster is not known", "rbd.conf", error);
  }
}

/**
 * Where Ceph has some of Glance's images, for all checks but the one that is about this.
 *
 * @throws {NotApplicable} If that is not known.
 */
export async function knownLocations(host: HostFacts): Promise<readonly RbdLocation[]> {
  try {
    return await host.locations();
  } catch (error) {
    throw reportedBy("No location is known", "glance.locations", error);
  }
}

/** The pool to look into: the allowed one, else the one that Glance's images are in. */
export async function poolOf(host: HostFacts): Promise<string> {
  const pool = allowedPools(host.config)[0] ?? (await knownLocations(host))[0]?.pool;
  if (pool !== undefined) return pool;
  throw new NotApplicable("No pool is known: [glance]rbd_pool is not set, see glance.locations");
}

/** `[group]name (origin)`: the setting, and where to change it; `not set` where it has its default. */
export function settingAt(
  { config }: Pick<HostFacts, "config">,
  key: Parameters<HostFacts["config"]["originOf"]>[0],
): string {
  const [group, name] = key.split(".");
  const origin = config.originOf(key);
  if (origin !== "default") return `[${group}]${name} (${origin})`;
  const value = config.get(key);
  const isShown = value !== undefined && `${value}` !== "";
  return `[${group}]${name} (not set${isShown ? `; its default is '${value}'` : ""})`;
}
