/**
 * The real file system.
 *
 * @module
 */
import { lutimesSync, statfsSync } from "node:fs";
import type { Files } from "@/context.ts";
import { changeMode, changeOwner } from "@/system/attributes.ts";
import { fileError, guarded, guardedWait } from "@/system/file_errors.ts";
import { lockFile, tryLockFile } from "@/system/file_lock.ts";
import { openInput, SystemFile, toFileInfo } from "@/system/open_file.ts";

/** Files of this machine. */
export const systemFiles: Files = {
  readText: (path) => guarded("read", path, "io", () => Deno.readTextFileSync(path)),
  readBytes: (path) => guarded("read", path, "io", () => Deno.readFileSync(path)),
  stat: (path) => present("look at", path, () => toFileInfo(Deno.statSync(path))),
  lstat: (path) => present("look at", path, () => toFileInfo(Deno.lstatSync(path))),
  list: (path) =>
    present("list", path, () => [...Deno.readDirSync(path)].map((entry) => entry.name).sort()) ??
      [],
  createNew: (path, mode) =>
    guarded("create", path, "cannot_create", () => {
      const file = Deno.openSync(path, { read: true, write: true, createNew: true, mode });
      return new SystemFile(file, path);
    }),
  open: (path) => guarded("open", path, "io", () => new SystemFile(Deno.openSync(path), path)),
  openInput,
  makeDirectory: (path, mode) =>
    guarded("create", path, "cannot_create", () => Deno.mkdirSync(path, { recursive: true, mode })),
  rename: (from, to) => guarded("rename", to, "cannot_create", () => Deno.renameSync(from, to)),
  link,
  remove: (path) => void present("remove", path, () => Deno.removeSync(path)),
  chmod: changeMode,
  chown: changeOwner,
  touch: (path, time) =>
    guarded("set the time of", path, "io", () => lutimesSync(path, time / 1000, time / 1000)),
  syncDirectory(path) {
    guarded("flush", path, "io", () => {
      using directory = Deno.openSync(path);
      directory.syncSync();
    });
  },
  freeSpace,
  lock: lockFile,
  tryLock: tryLockFile,
  readLink: (path) => guarded("read the link", path, "io", () => Deno.readLinkSync(path)),
  realPath: (path) => guardedWait("resolve", path, "io", () => Deno.realPath(path)),
};

/** `undefined` if it does not exist: a missing file is an answer, not an error. */
function present<T>(doing: string, path: string, operation: () => T): T | undefined {
  try {
    return operation();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw fileError(doing, path, "io", error);
  }
}

function link(from: string, to: string): boolean {
  try {
    Deno.linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw fileError("create", to, "cannot_create", error);
  }
}

function freeSpace(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
