/**
 * Which program converts images: a build-time constant (`deno task compile --qemu-img PATH`), for the
 * reason of `rbd_program.ts`.
 *
 * @module
 */

/** Absolute path of QEMU's `qemu-img`. */
export const QEMU_IMG_PROGRAM = "/usr/bin/qemu-img";
