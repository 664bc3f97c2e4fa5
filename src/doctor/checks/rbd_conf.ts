/**
 * `rbd.conf`: the cluster's ceph.conf can be read and names its cluster.
 *
 * @module
 */
import { defaultCluster, furtherClusters, readCephConf } from "@/config/ceph_clusters.ts";
import { type Check, ok, warning } from "@/doctor/check.ts";
import { expectDirectPath, settingAt } from "@/doctor/direct_only.ts";

/** The check. */
export const rbdConf: Check = {
  id: "rbd.conf",
  what: "each ceph.conf can be read and tells its fsid",
  run(patient) {
    expectDirectPath(patient);
    const { config, context } = patient;
    const { conf, fsid, user } = defaultCluster(config, context.files);
    const further = furtherClusters(config);
    for (const cluster of further) readCephConf(cluster.conf, cluster.user, context.files);
    const details = further.map((cluster) => `'${cluster.conf}' is of cluster ${cluster.fsid}`);
    if (fsid !== undefined) {
      return ok(`'${conf}' is of cluster ${fsid}, read as client.${user}`, details);
    }
    return warning(
      `'${conf}' has no fsid: locations of any cluster would be looked for in it`,
      `add 'fsid = …' to [global] of '${conf}', named by ${
        settingAt(patient, "glance.rbd_ceph_conf")
      }`,
      details,
    );
  },
};
