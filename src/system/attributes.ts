/**
 * Mode and owner of a file, changed through a descriptor that no symbolic link can lead astray: the
 * cache belongs to nova, and root, who may fill it, must not give nova what a link there points to.
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

/** `Deno.open` cannot be told not to follow a link. */
function opened(path: string, change: (fd: number) => void): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    change(fd);
  } finally {
    closeSync(fd);
  }
}
