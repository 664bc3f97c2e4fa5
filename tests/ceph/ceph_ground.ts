/**
 * Real Ceph as the ground for accidents.
 *
 * @module
 */
import { NIGHTLY, scaled } from "../fault/campaign.ts";
import type { Ground } from "../fault/ground.ts";
import { CephTrial } from "./ceph_trial.ts";
import { FrailTrial } from "./frail_trial.ts";

/** Keystone is left out where it has no part: each run would wait for it. */
export const CEPH: Ground = {
  suffix: ", real Ceph",
  source: "--source=rbd",
  cases: (count) => scaled(Math.ceil(count / 2)),
  crowd: NIGHTLY ? 50 : 10,
  open: (options) => CephTrial.make(options),
  openFrail: (options) => FrailTrial.make(options),
};
