/**
 * Where the roots of Debian releases lie: directories that hold a whole system each, kept between runs.
 * Ordinary users must be able to traverse what is above them, and a lab in one takes about 10 GB.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { exists } from "../ceph/layout.ts";

/** The directory of all roots: `GLANCE_DIRECT_ROOTS`. */
export const ROOTS: string = Deno.env.get("GLANCE_DIRECT_ROOTS") ??
  "/var/cache/glance-direct/roots";

/** The checkout that this file belongs to; a root has it at the same path. */
export const CHECKOUT: string = fileURLToPath(new URL("../../..", import.meta.url))
  .replace(/\/$/, "");

/** A root: a release, and what sets it apart from another of that release. */
export interface Place {
  /** Name of the release, as Debian's mirrors have it: `trixie`, `sid`. */
  readonly release: string;
  /** The system. */
  readonly root: string;
  /** What one run has to itself: `/tmp` and the files that are put over some of `/etc`. */
  readonly scratch: string;
  /** Held by the one who makes or runs it. */
  readonly lock: string;
}

/**
 * The root of a name: a release, or a release and a word, such as `trixie-lab`.
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
 * Takes a root for this process alone, and removes what an interrupted run has left. The kernel gives
 * the lock back whatever happens to the process.
 */
export async function take({ root, scratch, lock }: Place): Promise<Disposable> {
  if (Deno.uid() !== 0) throw new Error(`Cannot use '${root}': not root`);
  await Deno.mkdir(ROOTS, { recursive: true, mode: 0o755 });
  const file = await Deno.open(lock, { write: true, create: true });
  await file.lock(true);
  await discard(scratch);
  return file;
}

/** Removes a tree, and nothing that is mounted in it. */
export async function discard(path: string): Promise<void> {
  if (!await exists(path)) return;
  const args = ["--recursive", "--force", "--one-file-system", "--preserve-root=all", path];
  const { success } = await new Deno.Command("rm", { args, stdin: "null" }).spawn().status;
  if (!success) throw new Error(`Cannot remove '${path}': something is mounted in it`);
}
