/**
 * `glance.fsid`: the clusters that Glance writes to are those that this host reads from.
 *
 * @module
 */
import { clusterFor } from "@/config/ceph_clusters.ts";
import { type Check, failure, NotApplicable, ok } from "@/doctor/check.ts";
import {
  expectDirectPath,
  knownLocations,
  readableCluster,
  settingAt,
} from "@/doctor/direct_only.ts";

/** The check. */
export const glanceFsid: Check = {
  id: "glance.fsid",
  what: "Glance's clusters are those of this host",
  async run(patient) {
    expectDirectPath(patient);
    const { config, context } = patient;
    const cluster = readableCluster(patient);
    const fsids = [...new Set((await knownLocations(patient)).map(({ fsid }) => fsid))];
    if (fsids.length === 0) throw new NotApplicable("No location is known: see glance.locations");
    const foreign = fsids.filter((fsid) => clusterFor(fsid, config, context.files) === undefined);
    if (foreign.length === 0) return ok(`This host knows the cluster ${fsids.join(", ")}`);
    return failure(
      `Glance's images are in cluster ${
        foreign.join(", ")
      }, but '${cluster.conf}' is of ${cluster.fsid}`,
      `add '${foreign[0]} /PATH/OF/CEPH.CONF' to [glance_direct]ceph_clusters, or correct ${
        settingAt(patient, "glance.rbd_ceph_conf")
      }`,
    );
  },
};
