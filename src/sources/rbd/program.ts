/**
 * Which program reads RBD images: build-time constants (`deno task compile --rbd PATH`), see
 * `src/config/program_place.ts`.
 *
 * @module
 */
import type { ProgramPlaces } from "@/config/program_place.ts";
import type { Packages } from "@/hints.ts";

/** Absolute path of Ceph's `rbd`. */
export const RBD_PROGRAM = "/usr/bin/rbd";

/** Absolute path of the operator's `rbd`, if there is one. */
export const RBD_PLACE = "/usr/lib/glance-direct/rbd";

/** The packages of `rbd`. */
export const RBD_PACKAGES: Packages = { deb: "ceph-common", rpm: "ceph-common" };

/** The paths where `rbd` is searched. */
export const RBD_PLACES: ProgramPlaces = { own: RBD_PLACE, usual: RBD_PROGRAM };
