/**
 * Checks of `qemu-img`.
 *
 * @module
 */
import { QEMU_IMG_PACKAGES, QEMU_IMG_PLACES } from "@/cache/qemu_img_program.ts";
import { programAt } from "@/config/program_place.ts";
import { type Check, NotApplicable } from "@/doctor/check.ts";
import { tryProgram } from "@/doctor/run_program.ts";

/** The check. */
export const qemuProgram: Check = {
  id: "qemu.program",
  what: "qemu-img is installed, if images are converted to raw",
  run({ config, context }, signal) {
    if (!config.get("DEFAULT.force_raw_images")) {
      throw new NotApplicable("Images are not converted: force_raw_images is off");
    }
    const program = programAt(QEMU_IMG_PLACES, context.files);
    return tryProgram(context, { program, ...QEMU_IMG_PLACES }, QEMU_IMG_PACKAGES, signal);
  },
};
