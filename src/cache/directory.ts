/**
 * Directories that nova has to read, and to write: the cache where nova has not made it yet, the hook's.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Context } from "@/context.ts";

/**
 * Makes a directory and those above it, readable whatever the umask is. What root makes belongs to the
 * owner of the directory that it is in, or nova could never write there.
 *
 * @throws {ToolError} `cannot_create` or `io`.
 */
export function makeDirectories(
  outside: Pick<Context, "files" | "identity">,
  directory: string,
): void {
  const { files, identity } = outside;
  if (files.stat(directory) !== undefined) return;
  makeDirectories(outside, dirname(directory));
  files.makeDirectory(directory, 0o755);
  files.chmod(directory, 0o755);
  const owner = files.stat(dirname(directory));
  if (identity.uid === 0 && owner !== undefined) files.chown(directory, owner.uid, owner.gid);
}
