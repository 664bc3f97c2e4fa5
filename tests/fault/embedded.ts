/**
 * The embedded lab as the ground for accidents.
 *
 * @module
 */
import { scaled } from "./campaign.ts";
import type { Ground } from "./ground.ts";
import { Trial } from "./trial.ts";

/** Glance is the source: the stand-in of `rbd` is started anew for each image, which takes longer. */
export const EMBEDDED: Ground = {
  suffix: "",
  source: "--source=glance",
  cases: scaled,
  crowd: 50,
  open: (options) => Promise.resolve(new Trial(options)),
  openFrail: (options) => Promise.resolve(new Trial(options)),
};
