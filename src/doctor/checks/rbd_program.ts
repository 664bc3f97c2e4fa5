/**
 * `rbd.program`: Ceph's `rbd` is there and runs.
 *
 * @module
 */
import type { Check } from "@/doctor/check.ts";
import { expectDirectPath } from "@/doctor/direct_only.ts";
import { tryProgram } from "@/doctor/run_program.ts";

/** The check. */
export const rbdProgram: Check = {
  id: "rbd.program",
  what: "rbd is installed and runs",
  run(patient, signal) {
    expectDirectPath(patient);
    return tryProgram(patient.context, patient.rbdProgram, "ceph-common", signal);
  },
};
