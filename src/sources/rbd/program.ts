/**
 * Which program reads RBD images: a build-time constant (`deno task compile --rbd PATH`), because the
 * permission to run it is baked into the binary and PATH must not be able to redirect it.
 *
 * @module
 */

/** Absolute path of Ceph's `rbd`. */
export const RBD_PROGRAM = "/usr/bin/rbd";
