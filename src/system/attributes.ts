/**
 * Changes mode and owner of a file through a descriptor that does not follow symbolic links: the
 * cache belongs to nova, and root, which may fill it, must not give nova the target of a link
 * there.
 *
 * @module
 */
import { closeSync, constants, fchmodSync, fchownSync, openSync } from "node:fs";
import { guarded } from "@/system/file_errors.ts";

/** Sets permission bits. @throws {ToolError} `io`, also when `path` is a symbolic link. */
export function changeMode(path: string, mode: number): void {
  guarded("set the mode of", path, "io", () => opened(path, (fd) => fchmodSync(fd, mode)));
}

/** Sets the owner. @throws {ToolError} `io`, also when `path` is a symbolic link. */
export function changeOwner(path: string, uid: number, gid: number): void {
  guarded("set the owner of", path, "io", () => opened(path, (fd) => fchownSync(fd, uid, gid)));
}

/** `Deno.open` has no option to not follow a link. */
function opened(path: string, change: (fd: number) => void): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    change(fd);
  } finally {
    closeSync(fd);
  }
}
