/**
 * Directories that nova has to read, and to write: the cache where nova has not made it yet, the hook's.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Context } from "@/context.ts";

const MODE = 0o755;

/**
 * Makes a directory and those above it, readable whatever the umask is. What root makes belongs to the
 * owner of the directory that it is in, or nova could never write there.
 *
 * All are made at once, and changed only where that is needed: what holds a program that may be run
 * (`/usr/lib/glance-direct`) cannot be touched by itself.
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
