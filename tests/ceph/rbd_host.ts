/**
 * How a compute host reads from the lab's Ceph with the real `rbd`.
 *
 * @module
 */
import { CEPH_CONF } from "@lab/ceph/ceph_conf.ts";
import { POOL } from "@lab/ceph/layout.ts";
import { RBD_PROGRAM } from "@/sources/rbd/program.ts";
import type { RbdHost } from "../doubles/rbd_source.ts";

/** The host's settings, with time for a busy machine. */
export const RBD_HOST: RbdHost = {
  program: RBD_PROGRAM,
  clusterFor: () => ({ conf: CEPH_CONF, user: "nova" }),
  transfer: "sparse",
  pools: [POOL],
  allowForeignNames: false,
  concurrentOps: 10,
  connectTimeout: 60,
  requestTimeout: 60,
};
