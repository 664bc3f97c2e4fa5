/**
 * The file system as another user sees it: operations that the permission bits deny to that user
 * are denied here too.
 *
 * @module
 */
import { dirname } from "node:path";
import type { FileInfo, Files } from "@/context.ts";
import type { ServiceUser } from "@/doctor/service_user.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";

/** Access to a path: bits of one class of its mode (chmod(1)). */
export type Right = "read" | "write" | "enter";

const BITS: Readonly<Record<Right, number>> = { read: 4, write: 2, enter: 1 };

/**
 * What a user may not do: at the path itself or a directory above it, which has this owner and
 * mode.
 */
export type Denial = { readonly path: string; readonly right: Right; readonly info: FileInfo };

/**
 * Finds what denies a user the access to a path. The bits of an access control list are in those of
 * the group (acl(5)), so a user whom a list grants something may be denied it here; none gets too
 * much.
 *
 * @returns `undefined`, if nothing does, or the path does not exist.
 */
export function denialOf(
  files: Pick<Files, "stat">,
  user: ServiceUser,
  path: string,
  right: Right,
): Denial | undefined {
  if (path !== dirname(path)) {
    const denial = denialOf(files, user, dirname(path), "enter");
    if (denial !== undefined) return denial;
  }
  const info = files.stat(path);
  if (info === undefined || (bitsFor(user, info) & BITS[right]) !== 0) return undefined;
  return { path, right, info };
}

function bitsFor({ uid, gids }: ServiceUser, info: FileInfo): number {
  if (uid === info.uid) return info.mode >> 6;
  return gids.includes(info.gid) ? info.mode >> 3 : info.mode;
}

/**
 * Files as a user sees them, for root: operations that the user may not do are refused; root does
 * the others. A file created through it belongs to root on the disk, but counts as the user's.
 */
export function filesAs(files: Files, user: ServiceUser): Files {
  const made = new Set<string>();
  const expect = (doing: string, path: string, right: Right, code?: ErrorCode) => {
    const denial = denialOf(files, user, path, right);
    if (denial !== undefined) throw denied(doing, path, user, denial, code);
  };
  const reading = <T>(read: (path: string) => T) => (path: string): T => {
    expect("read", path, "read");
    return read(path);
  };
  const making = (path: string) => {
    expect("create", dirname(path), "enter", "cannot_create");
    expect("create", dirname(path), "write", "cannot_create");
  };
  return {
    ...files,
    readText: reading(files.readText),
    readBytes: reading(files.readBytes),
    open: reading(files.open),
    openInput: reading(files.openInput),
    list(path) {
      expect("list", path, "read");
      return files.list(path);
    },
    stat(path) {
      expect("look at", dirname(path), "enter");
      return files.stat(path);
    },
    createNew(path, mode) {
      making(path);
      const file = files.createNew(path, mode);
      made.add(path);
      return file;
    },
    tryLock(path) {
      // As `system/lock_file.ts` takes locks: a file of root's that may be read is enough.
      if (!made.has(path)) expect("lock", path, "read");
      return files.tryLock(path);
    },
  };
}

function denied(
  doing: string,
  asked: string,
  { name, uid, group }: ServiceUser,
  { path, right, info }: Denial,
  code: ErrorCode = "permission_denied",
): ToolError {
  const who = name.startsWith("uid ") ? name : `${name} (uid ${uid})`;
  const mode = (info.mode & 0o7777).toString(8).padStart(4, "0");
  const where = path === asked ? "it" : `'${path}'`;
  const hint = right === "read" && info.isFile
    ? `chgrp ${group} ${path} && chmod g+r ${path}`
    : right === "write"
    ? `chown ${uid}:${group} ${path}`
    : `chmod o+${right === "read" ? "rx" : "x"} ${path}`;
  return new ToolError(
    code,
    `Cannot ${doing} '${asked}' as ${who}: ${where} belongs to ${info.uid}:${info.gid}, mode ${mode}`,
    { hints: [hint, `an access control list may allow it: getfacl ${path}`] },
  );
}
