/**
 * All accidents that are written once for every lab.
 *
 * @module
 */
import { clockAccidents } from "./clock.ts";
import { crowdAccidents } from "./crowd.ts";
import { diskAccidents } from "./disks.ts";
import type { Ground } from "./ground.ts";
import { limitAccidents } from "./limits.ts";
import { memoryAccidents } from "./memory.ts";
import { serviceAccidents } from "./services.ts";
import { rbdAccidents } from "./signals.ts";
import { stepAccidents } from "./tampering.ts";

/** Registers the campaigns. */
export function accidents(ground: Ground): void {
  stepAccidents(ground);
  diskAccidents(ground);
  rbdAccidents(ground);
  serviceAccidents(ground);
  crowdAccidents(ground);
  limitAccidents(ground);
  memoryAccidents(ground);
  clockAccidents(ground);
}
