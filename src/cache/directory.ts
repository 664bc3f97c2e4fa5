/**
 * Directories that nova must read and write: the cache, if nova has not created it yet, and the
 * hook's.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Context } from "@/context.ts";

const MODE = 0o755;

/**
 * Creates a directory and its parents, readable with any umask. A directory that root creates gets
 * the owner of its parent; otherwise nova could not write to it.
 *
 * All are created at once and changed only if needed, because a directory with a program that may
 * be run (`/usr/lib/glance-direct`) cannot be changed by this process.
 *
 * @throws {ToolError} `cannot_create` or `io`.
 */
export function makeDirectories(
  { files, identity }: Pick<Context, "files" | "identity">,
  directory: string,
): void {
  const missing: string[] = [];
  for (let at = directory; files.stat(at) === undefined; at = dirname(at)) missing.unshift(at);
  if (missing.length === 0) return;
  files.makeDirectory(directory, MODE);
  for (const path of missing) {
    const [made, above] = [files.stat(path), files.stat(dirname(path))];
    if (made?.mode !== MODE) files.chmod(path, MODE);
    const belongs = made?.uid === above?.uid && made?.gid === above?.gid;
    if (identity.uid === 0 && above !== undefined && !belongs) {
      files.chown(path, above.uid, above.gid);
    }
  }
}
