/**
 * Checks of `qemu-img`.
 *
 * @module
 */
import { QEMU_IMG_PACKAGE, QEMU_IMG_PROGRAM } from "@/cache/qemu_img_program.ts";
import { type Check, NotApplicable } from "@/doctor/check.ts";
import { tryProgram } from "@/doctor/run_program.ts";

/** The check. */
export const qemuProgram: Check = {
  id: "qemu.program",
  what: "qemu-img is installed, where images are made raw",
  run({ config, context }, signal) {
    if (!config.get("DEFAULT.force_raw_images")) {
      throw new NotApplicable("Images stay as they are: force_raw_images is off");
    }
    return tryProgram(context, QEMU_IMG_PROGRAM, QEMU_IMG_PACKAGE, signal);
  },
};
