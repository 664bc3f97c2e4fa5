/**
 * Which program converts images: a build-time constant (`deno task compile --qemu-img PATH`), for the
 * reason of `src/sources/rbd/program.ts`.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** Absolute path of QEMU's `qemu-img`. */
export const QEMU_IMG_PROGRAM = "/usr/bin/qemu-img";

/** Debian's package that has it. */
export const QEMU_IMG_PACKAGE = "qemu-utils";

/**
 * Looks for `qemu-img` before the first byte: an image that cannot be converted must not cost a transfer.
 *
 * @throws {ToolError} `cannot_create`, if it is not installed.
 */
export function expectQemuImg(files: Pick<Files, "stat">): void {
  if (files.stat(QEMU_IMG_PROGRAM)?.isFile) return;
  throw new ToolError(
    "cannot_create",
    `Cannot convert the image to raw: '${QEMU_IMG_PROGRAM}' is not installed`,
    {
      hints: [
        `apt-get install ${QEMU_IMG_PACKAGE}`,
        "set [DEFAULT]force_raw_images = false to cache images as they are",
      ],
    },
  );
}
