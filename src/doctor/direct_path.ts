/**
 * Shared code of the checks of the direct path.
 *
 * @module
 */
import { type CephCluster, defaultCluster } from "@/config/ceph_clusters.ts";
import { allowedPools, directPath } from "@/config/direct_path.ts";
import { type HostFacts, NotApplicable, reportedBy } from "@/doctor/check.ts";
import type { RbdLocation } from "@/sources/rbd/location.ts";

/** Skips a check of the direct path. @throws {NotApplicable} If images are never read from Ceph. */
export function expectDirectPath({ config }: HostFacts): void {
  if (!directPath(config).enabled) {
    throw new NotApplicable("The direct path is off: see nova.direct_path");
  }
}

/**
 * The cluster in nova's own options.
 *
 * @throws {NotApplicable} If its ceph.conf cannot be read; one check reports this for all.
 */
export function readableCluster({ config, context }: HostFacts): CephCluster {
  try {
    return defaultCluster(config, context.files);
  } catch (error) {
    throw reportedBy("The cluster is not known", "rbd.conf", error);
  }
}

/**
 * Locations in Ceph of some of Glance's images, for every check except the one of the locations
 * themselves.
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

/** The pool to check: the allowed one, else the pool of Glance's images. */
export async function poolOf(host: HostFacts): Promise<string> {
  const pool = allowedPools(host.config)[0] ?? (await knownLocations(host))[0]?.pool;
  if (pool !== undefined) return pool;
  throw new NotApplicable("No pool is known: [glance]rbd_pool is not set, see glance.locations");
}

/** `[group]name (origin)`: the setting, and where to change it; `not set` for a default. */
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
