/**
 * Images in Ceph, according to this host's configuration.
 *
 * @module
 */
import { clusterFor, defaultCluster } from "@/config/ceph_clusters.ts";
import { allowedPools, directPath, rbdConnectTimeout } from "@/config/direct_path.ts";
import { programAt } from "@/config/program_place.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import { RBD_PLACES } from "@/sources/rbd/program.ts";
import { acceptedRbdPlace, rbdLabel, type RbdRules } from "@/sources/rbd/location.ts";
import { type RbdOptions, type RbdSettings, RbdSource } from "@/sources/rbd/source.ts";
import type { PlanningHost, Scheme } from "@/sources/scheme.ts";

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
    const settings = { ...optionsOf(host), ...acceptedRbdPlace(url, id, rulesOf(host)) };
    return { label: rbdLabel(settings), settings };
  },
  needs: ({ program }) => ({ programs: [program] }),
  source: (settings, { context }) => new RbdSource(context.processes, settings),
};

function rulesOf({ config, context }: PlanningHost): RbdRules {
  return {
    pools: allowedPools(config),
    allowForeignNames: config.get("glance_direct.allow_foreign_names"),
    clusterFor: (fsid) => clusterFor(fsid, config, context.files),
  };
}

function optionsOf({ config, context, rbdProgram }: PlanningHost): RbdOptions {
  return {
    program: rbdProgram ?? programAt(RBD_PLACES, context.files),
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
    expectedFailure(error);
    return undefined;
  }
}

function switchedOff(): ToolError {
  return new ToolError("location_invalid", "Not reading from Ceph: the direct path is off", {
    hints: ["set [glance]enable_rbd_download = true, or [glance_direct]schemes = rbd"],
  });
}
