/**
 * Images in Ceph, according to this host's configuration.
 *
 * @module
 */
import { clusterFor, defaultCluster } from "@/config/ceph_clusters.ts";
import { allowedPools, directPath, rbdConnectTimeout } from "@/config/direct_path.ts";
import { programAt } from "@/config/program_place.ts";
import { ToolError } from "@/errors.ts";
import { RBD_PLACES } from "@/sources/rbd/program.ts";
import { checkRbdLocation, parseRbdLocation, rbdLabel } from "@/sources/rbd/location.ts";
import { clusterOf, type RbdCluster, rbdHandler, type RbdOptions } from "@/sources/rbd/source.ts";
import type { PlanningHost, Scheme } from "@/sources/scheme.ts";

/** How to read one location. Plain data. */
export interface RbdSettings extends Omit<RbdOptions, "clusterFor"> {
  /** The location's cluster, by its fsid: no other cluster is reachable. */
  readonly clusters: Readonly<Record<string, RbdCluster>>;
}

/** Locations `rbd://FSID/POOL/IMAGE/SNAPSHOT`. */
export const rbdScheme: Scheme<RbdSettings> = {
  kind: "rbd",
  schemes: ["rbd"],
  programs: Object.values(RBD_PLACES),
  isNear: ({ url }, host) => {
    const fsid = /^rbd:\/\/([^/]+)\//i.exec(url)?.[1]?.toLowerCase();
    return fsid !== undefined && fsid === defaultFsid(host);
  },
  plan({ url }, { id }, host) {
    if (host.only !== "rbd" && !directPath(host.config).enabled) throw switchedOff();
    const options = optionsOf(host);
    const location = parseRbdLocation(url);
    checkRbdLocation(location, id, options);
    const { conf, user } = clusterOf(
      location,
      (fsid) => clusterFor(fsid, host.config, host.context.files),
    );
    const clusters = { [location.fsid]: { conf, user } };
    return { label: rbdLabel(location), settings: { ...options, clusters } };
  },
  needs: ({ program }) => ({ programs: [program] }),
  handler: ({ clusters, ...options }, { context }) =>
    rbdHandler(context.processes, { ...options, clusterFor: (fsid) => clusters[fsid] }),
};

function optionsOf({ config, context, rbdProgram }: PlanningHost): Omit<RbdOptions, "clusterFor"> {
  return {
    program: rbdProgram ?? programAt(RBD_PLACES, context.files),
    pools: allowedPools(config),
    allowForeignNames: config.get("glance_direct.allow_foreign_names"),
    transfer: config.get("glance_direct.rbd_transfer"),
    concurrentOps: config.get("glance_direct.rbd_concurrent_ops"),
    connectTimeout: rbdConnectTimeout(config),
    requestTimeout: requestTimeout(config.get("glance_direct.stall_timeout")),
  };
}

/**
 * Seconds that rbd waits for an OSD: less than the transfer waits for rbd, or rbd's message would
 * be lost. Ceph takes whole seconds.
 *
 * @param stallTimeout Milliseconds.
 */
function requestTimeout(stallTimeout: number): number {
  const seconds = stallTimeout / 1000;
  return Math.max(1, Math.floor(seconds - Math.max(1, seconds / 10)));
}

/** Without a readable ceph.conf, nothing is near. */
function defaultFsid({ config, context }: PlanningHost): string | undefined {
  try {
    return defaultCluster(config, context.files).fsid;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function switchedOff(): ToolError {
  return new ToolError("location_invalid", "Not reading from Ceph: the direct path is off", {
    hints: ["set [glance]enable_rbd_download = true, or [glance_direct]schemes = rbd"],
  });
}
