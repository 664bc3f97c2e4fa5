/**
 * Which of several copies is near: the store that nova calls its own, then the default cluster.
 *
 * @module
 */
import { defaultCluster } from "@/config/ceph_clusters.ts";
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord, Location } from "@/openstack/glance/image.ts";

/** What is near to this host. */
export interface Locality {
  /** Glance's name of the store that is this host's Ceph (`[libvirt]images_rbd_glance_store_name`). */
  readonly store: string | undefined;
  /** The default cluster's id, where its ceph.conf tells. */
  readonly fsid: string | undefined;
}

/** The host's surroundings, by its configuration; a ceph.conf that cannot be read is no hindrance. */
export function localityOf(config: Config, files: Context["files"]): Locality {
  const store = config.get("libvirt.images_rbd_glance_store_name") || undefined;
  try {
    return { store, fsid: defaultCluster(config, files).fsid };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { store, fsid: undefined };
  }
}

/** The locations, near ones first, else in the record's order (Glance's weights). */
export function nearFirst(
  locations: readonly Location[],
  locality: Locality,
): readonly Location[] {
  return locations.toSorted((a, b) => distance(a, locality) - distance(b, locality));
}

/** Stores to ask Glance for (`?prefer=`): only one that the record lists, or it answers 400. */
export function preferredStores(record: ImageRecord, { store }: Locality): readonly string[] {
  return store !== undefined && record.stores.includes(store) ? [store] : [];
}

function distance({ url, metadata }: Location, { store, fsid }: Locality): number {
  if (store !== undefined && metadata.store === store) return 0;
  const found = /^rbd:\/\/([^/]+)\//i.exec(url)?.[1]?.toLowerCase();
  return found !== undefined && found === fsid ? 1 : 2;
}
