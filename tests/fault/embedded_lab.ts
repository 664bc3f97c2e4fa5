/**
 * The embedded lab for accidents.
 *
 * @module
 */
import { scaled } from "./campaign.ts";
import type { FaultLab } from "./fault_lab.ts";
import { FaultHost } from "./fault_host.ts";

/** Glance is the source: the stand-in of `rbd` is started anew for each image, which takes longer. */
export const EMBEDDED: FaultLab = {
  isReal: false,
  suffix: "",
  source: "--source=glance",
  cases: scaled,
  concurrency: 50,
  open: (options) => Promise.resolve(new FaultHost(options)),
  openFrail: (options) => Promise.resolve(new FaultHost(options)),
};
