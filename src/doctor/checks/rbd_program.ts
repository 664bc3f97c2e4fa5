/**
 * `rbd.program`: Ceph's `rbd` is there and runs.
 *
 * @module
 */
import { type Check, failure, ok } from "@/doctor/check.ts";
import { expectDirectPath } from "@/doctor/direct_only.ts";
import { runProgram } from "@/doctor/run_program.ts";

/** The check. */
export const rbdProgram: Check = {
  id: "rbd.program",
  what: "rbd is installed and runs",
  async run(patient, signal) {
    expectDirectPath(patient);
    const { context, rbdProgram: program } = patient;
    const end = await runProgram(context.processes, [program, "--version"], signal);
    if (end.status.code === 0) return ok(`'${program}' is ${end.stdout.trim()}`);
    return failure(
      `'${program} --version' exited with ${end.status.code}: ${end.stderr.trim()}`,
      "apt-get install --reinstall ceph-common",
    );
  },
};
