/**
 * Hints that several parts of the program give.
 *
 * @module
 */
import { dirname } from "node:path";

/** The packages of a program. */
export interface Packages {
  /** Its package in Debian and Ubuntu. */
  readonly deb: string;
  /** Its package in RDO's distributions. */
  readonly rpm: string;
}

/** How to install a program. */
export function installHint({ deb, rpm }: Packages): string {
  return `apt-get install ${deb}, or dnf install ${rpm}`;
}

/**
 * Without a limit, `cache prune` removes only leftovers; with this one, it lists every base that no
 * disk depends on.
 */
export const PRUNE_HINT = "see what can be freed: glance-direct cache prune --max-size 0 --dry-run";

/** How to free space for a file. The cache is not the only directory to write to: `-o`, metrics. */
export function spaceHints(path: string): readonly string[] {
  return [
    `free some space on its file system: df -h ${dirname(path)}`,
    `in nova's cache, ${PRUNE_HINT}`,
  ];
}
