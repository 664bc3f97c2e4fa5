/**
 * `rbd.read`: an image of Glance's can be opened in Ceph.
 *
 * @module
 */
import { clusterFor } from "@/config/ceph_clusters.ts";
import { type Check, NotApplicable, ok } from "@/doctor/check.ts";
import { expectDirectPath, knownLocations } from "@/doctor/direct_only.ts";
import { runRbd } from "@/doctor/run_program.ts";

/** The check. */
export const rbdRead: Check = {
  id: "rbd.read",
  what: "an image of Glance's can be opened in Ceph",
  async run(patient, signal) {
    expectDirectPath(patient);
    const { config, context } = patient;
    for (const { fsid, pool, image, snapshot } of await knownLocations(patient)) {
      const cluster = clusterFor(fsid, config, context.files);
      if (cluster === undefined) continue;
      const words = ["info", `--image=${image}`, `--snap=${snapshot}`];
      await runRbd(patient, cluster, pool, words, signal);
      return ok(`client.${cluster.user} can open ${pool}/${image}@${snapshot}`);
    }
    throw new NotApplicable("No image of a configured cluster is known: see glance.locations");
  },
};
