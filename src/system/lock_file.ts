/**
 * The lock file, which holders create and remove. A symbolic link is not accepted: it could make
 * the program create or lock any file.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { changeMode } from "@/system/attributes.ts";
import { guarded } from "@/system/file_errors.ts";
import { toFileInfo } from "@/system/open_file.ts";

/** Mode of the file: nova and root wait for each other, and locking needs read access. */
const MODE = 0o644;

/**
 * Opens a file to lock it, or creates it.
 *
 * @returns `undefined` if it was created or removed meanwhile.
 * @throws {ToolError} `cannot_create`.
 */
export function openOrCreate(path: string): Deno.FsFile | undefined {
  return guarded("lock", path, "cannot_create", () => {
    switch (isFile(path)) {
      case undefined:
        return create(path);
      case true:
        return open(path);
      case false:
        throw new ToolError("cannot_create", `Cannot lock '${path}': it is not a regular file`, {
          hints: ["check what it is and move it away: ls -ld"],
        });
    }
  });
}

/**
 * Opens a file to lock it.
 *
 * @returns `undefined` if the file does not exist.
 * @throws {ToolError} `permission_denied` or `io`.
 */
export function openExisting(path: string): Deno.FsFile | undefined {
  return guarded("lock", path, "io", () => isFile(path) ? open(path) : undefined);
}

/** Whether a path still refers to an open file. @throws {ToolError} `permission_denied` or `io`. */
export function isStillAt(path: string, file: Deno.FsFile): boolean {
  return guarded("look at", path, "io", () => {
    const mine = file.statSync();
    const now = orUndefined(Deno.errors.NotFound, () => Deno.lstatSync(path));
    return now?.ino === mine.ino && now.dev === mine.dev;
  });
}

/** `undefined` if it does not exist. */
function isFile(path: string): boolean | undefined {
  return orUndefined(Deno.errors.NotFound, () => Deno.lstatSync(path).isFile);
}

function open(path: string): Deno.FsFile | undefined {
  return orUndefined(Deno.errors.NotFound, () => openAnyhow(path));
}

/**
 * A file of another user, such as root's in nova's cache, can be locked through a read-only
 * descriptor. Opening for writing is tried first because a network file system requires it for an
 * exclusive lock (flock(2)).
 */
function openAnyhow(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, write: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    try {
      return Deno.openSync(path, { read: true });
    } catch {
      throw error;
    }
  }
}

/** `O_EXCL` does not follow links. */
function create(path: string): Deno.FsFile | undefined {
  const options = { read: true, write: true, createNew: true, mode: MODE };
  const file = orUndefined(Deno.errors.AlreadyExists, () => Deno.openSync(path, options));
  if (file !== undefined) widen(path, file);
  return file;
}

/** The umask may have taken bits away. */
function widen(path: string, file: Deno.FsFile): void {
  if (toFileInfo(file.statSync()).mode === MODE) return;
  try {
    changeMode(path, MODE);
  } catch (error) {
    file.close();
    throw error;
  }
}

function orUndefined<T>(expected: new () => Error, operation: () => T): T | undefined {
  try {
    return operation();
  } catch (error) {
    if (error instanceof expected) return undefined;
    throw error;
  }
}
