/**
 * The directories of Debian releases: each contains a whole system, and is kept between runs.
 * Ordinary users must be able to traverse its parents, and a lab in it takes about 10 GB.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { exists } from "../ceph/layout.ts";

/** The directory of all roots: `GLANCE_DIRECT_ROOTS`. */
export const ROOTS: string = Deno.env.get("GLANCE_DIRECT_ROOTS") ??
  "/var/cache/glance-direct/roots";

/** The checkout of this file; a root has it at the same path. */
export const CHECKOUT: string = fileURLToPath(new URL("../../..", import.meta.url))
  .replace(/\/$/, "");

/** A root: a release, and what distinguishes it from another root of that release. */
export interface Place {
  /** Name of the release, as on Debian's mirrors: `trixie`, `sid`. */
  readonly release: string;
  /** The system. */
  readonly root: string;
  /** Files of one run: `/tmp`, and those that replace some of `/etc`. */
  readonly scratch: string;
  /** The lock of the process that makes or runs it. */
  readonly lock: string;
}

/**
 * The root with a name: a release, or a release and a word, such as `trixie-lab`.
 *
 * @throws {Error} If that is no name.
 */
export function placeOf(name: string): Place {
  const [, release] = /^([a-z]+)(?:-[a-z0-9]+)?$/.exec(name) ?? [];
  if (release === undefined) {
    throw new Error(`Cannot read '${name}': wanted is a release of Debian, e.g. trixie`);
  }
  const root = `${ROOTS}/${name}`;
  return { release, root, scratch: `${root}.run`, lock: `${root}.lock` };
}

/**
 * Locks a root for this process, and removes leftovers of an interrupted run. The kernel releases
 * the lock in any case.
 */
export async function take({ root, scratch, lock }: Place): Promise<Disposable> {
  if (Deno.uid() !== 0) throw new Error(`Cannot use '${root}': not root`);
  await Deno.mkdir(ROOTS, { recursive: true, mode: 0o755 });
  const file = await Deno.open(lock, { write: true, create: true });
  await file.lock(true);
  await discard(scratch);
  return file;
}

/** Removes a tree, but nothing that is mounted in it. */
export async function discard(path: string): Promise<void> {
  if (!await exists(path)) return;
  const args = ["--recursive", "--force", "--one-file-system", "--preserve-root=all", path];
  const { success } = await new Deno.Command("rm", { args, stdin: "null" }).spawn().status;
  if (!success) throw new Error(`Cannot remove '${path}': something is mounted in it`);
}
