/**
 * `qemu.program`: `qemu-img` is there where images are made raw.
 *
 * @module
 */
import { QEMU_IMG_PROGRAM } from "@/cache/qemu_img_program.ts";
import { type Check, failure, NotApplicable, ok } from "@/doctor/check.ts";
import { runProgram } from "@/doctor/run_program.ts";

/** The check. */
export const qemuProgram: Check = {
  id: "qemu.program",
  what: "qemu-img is installed, where images are made raw",
  async run({ config, context }, signal) {
    if (!config.get("DEFAULT.force_raw_images")) {
      throw new NotApplicable("Images stay as they are: force_raw_images is off");
    }
    const argv = [QEMU_IMG_PROGRAM, "--version"];
    if (context.files.stat(QEMU_IMG_PROGRAM) === undefined) {
      return failure(`'${QEMU_IMG_PROGRAM}' is not installed`, "apt-get install qemu-utils");
    }
    const { status, stdout, stderr } = await runProgram(context.processes, argv, signal);
    if (status.code === 0) return ok(`'${QEMU_IMG_PROGRAM}' is ${stdout.split("\n")[0]}`);
    return failure(
      `'${QEMU_IMG_PROGRAM} --version' exited with ${status.code}: ${stderr.trim()}`,
      "apt-get install --reinstall qemu-utils",
    );
  },
};
