/**
 * The real Ceph lab for the accidents of `tests/fault`.
 *
 * @module
 */
import { NIGHTLY, scaled } from "../fault/campaign.ts";
import type { FaultLab } from "../fault/fault_lab.ts";
import { CephFaultHost } from "./ceph_fault_host.ts";
import { FrailHost } from "./frail_host.ts";

/** Keystone is left out where it has no part: each run would wait for it. */
export const CEPH: FaultLab = {
  isReal: true,
  suffix: ", real Ceph",
  source: "--source=rbd",
  cases: (count) => scaled(Math.ceil(count / 2)),
  concurrency: NIGHTLY ? 50 : 10,
  open: (options) => CephFaultHost.make(options),
  openFrail: (options) => FrailHost.make(options),
};
