/**
 * Which program converts images: build-time constants (`deno task compile --qemu-img PATH`), see
 * `src/config/program_place.ts`.
 *
 * @module
 */
import { programAt, type ProgramPlaces } from "@/config/program_place.ts";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { installHint, type Packages } from "@/hints.ts";

/** Absolute path of QEMU's `qemu-img`. */
export const QEMU_IMG_PROGRAM = "/usr/bin/qemu-img";

/** Absolute path of the operator's `qemu-img`, if there is one. */
export const QEMU_IMG_PLACE = "/usr/lib/glance-direct/qemu-img";

/** The paths where `qemu-img` is searched. */
export const QEMU_IMG_PLACES: ProgramPlaces = { own: QEMU_IMG_PLACE, usual: QEMU_IMG_PROGRAM };

/** The packages of `qemu-img`. */
export const QEMU_IMG_PACKAGES: Packages = { deb: "qemu-utils", rpm: "qemu-img" };

/**
 * Looks for `qemu-img` before the first byte: an image that cannot be converted must not cost a
 * transfer.
 *
 * @returns Its path.
 * @throws {ToolError} `cannot_create`, if it is not installed; as {@linkcode programAt}.
 */
export function expectQemuImg(files: Pick<Files, "lstat" | "readLink" | "stat">): string {
  const program = programAt(QEMU_IMG_PLACES, files);
  if (files.stat(program)?.isFile) return program;
  throw new ToolError(
    "cannot_create",
    `Cannot convert the image to raw: '${program}' is not installed`,
    {
      hints: [
        installHint(QEMU_IMG_PACKAGES),
        "set [DEFAULT]force_raw_images = false to cache images as they are",
      ],
    },
  );
}
