/**
 * `rbd.connect`: the pool answers within the configured time.
 *
 * @module
 */
import { type Check, ok } from "@/doctor/check.ts";
import { expectDirectPath, poolOf, readableCluster } from "@/doctor/direct_only.ts";
import { runRbd } from "@/doctor/run_program.ts";

/** The check. */
export const rbdConnect: Check = {
  id: "rbd.connect",
  what: "the pool answers within rbd_connect_timeout",
  async run(patient, signal) {
    expectDirectPath(patient);
    const cluster = readableCluster(patient);
    const pool = await poolOf(patient);
    await runRbd(patient, cluster, pool, ["ls"], signal);
    return ok(`client.${cluster.user} can list the pool '${pool}'`);
  },
};
