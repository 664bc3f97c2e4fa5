/**
 * Checks of Ceph: the program, its configuration, the cluster and the images.
 *
 * @module
 */
import {
  type CephCluster,
  clusterFor,
  defaultCluster,
  furtherClusters,
  readCephConf,
} from "@/config/ceph_clusters.ts";
import { type Check, type HostFacts, NotApplicable, ok, warning } from "@/doctor/check.ts";
import {
  expectDirectPath,
  knownLocations,
  poolOf,
  readableCluster,
  settingAt,
} from "@/doctor/direct_path.ts";
import { runRbd, tryProgram } from "@/doctor/run_program.ts";
import { ToolError } from "@/errors.ts";
import { grantHint } from "@/sources/rbd/failure.ts";
import { RBD_PACKAGES, RBD_PLACES } from "@/sources/rbd/program.ts";

/** The check. */
export const rbdConf: Check = {
  id: "rbd.conf",
  what: "each ceph.conf can be read and has its fsid",
  run(host) {
    expectDirectPath(host);
    const { config, context } = host;
    const { conf, fsid, user } = defaultCluster(config, context.files);
    const further = furtherClusters(config);
    for (const cluster of further) readCephConf(cluster.conf, cluster.user, context.files);
    const details = further.map((cluster) => `'${cluster.conf}' is of cluster ${cluster.fsid}`);
    if (fsid !== undefined) {
      return ok(`'${conf}' is of cluster ${fsid}, read as client.${user}`, details);
    }
    return warning(
      `'${conf}' has no fsid: it would be used for locations of any cluster`,
      `add 'fsid = …' to [global] of '${conf}', named by ${
        settingAt(host, "glance.rbd_ceph_conf")
      }`,
      details,
    );
  },
};

/** The check. */
export const rbdConnect: Check = {
  id: "rbd.connect",
  what: "the pool answers within rbd_connect_timeout",
  async run(host, signal) {
    expectDirectPath(host);
    const cluster = readableCluster(host);
    const pool = await poolOf(host);
    await runRbd(host, cluster, pool, ["ls"], signal);
    return ok(`client.${cluster.user} can list the pool '${pool}'${ranAs(host)}`);
  },
};

/** The check. */
export const rbdProgram: Check = {
  id: "rbd.program",
  what: "rbd is installed and runs",
  run(host, signal) {
    expectDirectPath(host);
    const { context, rbdProgram: program } = host;
    return tryProgram(context, { program, ...RBD_PLACES }, RBD_PACKAGES, signal);
  },
};

/** The check. */
export const rbdRead: Check = {
  id: "rbd.read",
  what: "an image of Glance can be opened in Ceph",
  async run(host, signal) {
    expectDirectPath(host);
    const { config, context } = host;
    for (const { fsid, pool, image, snapshot } of await knownLocations(host)) {
      const cluster = clusterFor(fsid, config, context.files);
      if (cluster === undefined) continue;
      const words = ["info", `--image=${image}`, `--snap=${snapshot}`];
      const info = await runRbd(host, cluster, pool, words, signal);
      const dataPool = /^\s*data_pool: (\S+)$/m.exec(info)?.[1];
      const opened = `client.${cluster.user} can open ${pool}/${image}@${snapshot}`;
      if (dataPool === undefined || await mayList(host, cluster, dataPool, signal)) {
        return ok(opened + ranAs(host));
      }
      return warning(
        `${opened}, but not list the pool '${dataPool}' that has its data`,
        grantHint(cluster.user, pool, dataPool),
      );
    }
    throw new NotApplicable("No image of a configured cluster is known: see glance.locations");
  },
};

/** Root cannot run a program with the groups of another user; `rbd.keyring` judges as that user. */
function ranAs({ serviceUser }: HostFacts): string {
  return serviceUser === undefined ? "" : `; rbd ran as root, not as ${serviceUser}`;
}

/** `rbd info` reads the image's own pool; its data may be in another one. */
async function mayList(
  host: HostFacts,
  cluster: CephCluster,
  pool: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await runRbd(host, cluster, pool, ["ls"], signal);
    return true;
  } catch (error) {
    if (error instanceof ToolError && error.code === "permission_denied") return false;
    throw error;
  }
}
