/**
 * All accidents, written once for every lab.
 *
 * @module
 */
import { clockAccidents } from "./clock.ts";
import { crowdAccidents } from "./concurrency.ts";
import { diskAccidents } from "./disks.ts";
import type { FaultLab } from "./fault_lab.ts";
import { limitAccidents } from "./limits.ts";
import { memoryAccidents } from "./memory.ts";
import { serviceAccidents } from "./services.ts";
import { rbdAccidents } from "./signals.ts";
import { stepAccidents } from "./tampering.ts";

/** Registers the campaigns. */
export function accidents(lab: FaultLab): void {
  stepAccidents(lab);
  diskAccidents(lab);
  rbdAccidents(lab);
  serviceAccidents(lab);
  crowdAccidents(lab);
  limitAccidents(lab);
  memoryAccidents(lab);
  clockAccidents(lab);
}
