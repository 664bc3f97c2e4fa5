/**
 * flock(2) on the real file system.
 *
 * @module
 */
import type { FileInfo, FileLock } from "@/context.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import { guarded, reasonOf } from "@/system/file_errors.ts";
import { toFileInfo } from "@/system/open_file.ts";

/**
 * How long a free lock may take to be had, in milliseconds, where only the waiting call exists: a busy
 * machine is slow to start the thread that waits, and what is taken for held is not tidied up.
 */
const GRACE = 1000;

/**
 * How long an abort waits for a lock that may be free, in milliseconds. Who has it can remove its file;
 * who has it not must leave the file to somebody who may hold it.
 */
const MOMENT = 200;

/**
 * Waits for the lock of a file, which is made if it is missing. A symbolic link is no lock: it could
 * have a file made, or locked, anywhere.
 *
 * @throws {ToolError} `cannot_create`, or `io` where the file system has no locks.
 * @throws {unknown} The signal's reason, when it is aborted. A lock that was free is had all the same:
 * whoever has it can remove its file, and nobody else may.
 */
export async function lockFile(path: string, signal: AbortSignal): Promise<FileLock> {
  for (;;) {
    throwIfAborted(signal);
    const file = guarded("lock", path, "cannot_create", () => openOrCreate(path));
    if (file === undefined) continue;
    await acquire(file, path, signal, MOMENT);
    if (isStillAt(path, toFileInfo(file.statSync()))) return held(file);
    // Its holder removed the file while we waited: a lock on it would exclude nobody.
    file.close();
  }
}

/**
 * The lock of a file, or `undefined` when somebody else holds it or it does not exist any more.
 *
 * @throws {ToolError} `permission_denied`, or `io` where the file system has no locks.
 */
export async function tryLockFile(path: string): Promise<FileLock | undefined> {
  const file = guarded("lock", path, "io", () => isFile(path) ? openExisting(path) : undefined);
  if (file === undefined) return undefined;
  try {
    await acquire(file, path, AbortSignal.timeout(GRACE), 0);
    if (isStillAt(path, toFileInfo(file.statSync()))) return held(file);
    file.close();
    return undefined;
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") return undefined;
    throw error;
  }
}

function held(file: Deno.FsFile): FileLock {
  return { [Symbol.dispose]: () => file.close() };
}

/** `undefined` when it has come or gone meanwhile. */
function openOrCreate(path: string): Deno.FsFile | undefined {
  switch (isFile(path)) {
    case undefined:
      return create(path);
    case true:
      return openExisting(path);
    case false:
      throw new ToolError("cannot_create", `Cannot lock '${path}': it is no regular file`, {
        hints: ["look at what it is and move it away: ls -ld"],
      });
  }
}

/** `undefined` when nothing is there. */
function isFile(path: string): boolean | undefined {
  return orUndefined(Deno.errors.NotFound, () => Deno.lstatSync(path).isFile);
}

function openExisting(path: string): Deno.FsFile | undefined {
  return orUndefined(Deno.errors.NotFound, () => openAnyhow(path));
}

/**
 * A file of another user, root's in nova's cache, can be locked through a descriptor that only reads. The
 * other way comes first because a network file system wants to write for an exclusive lock (flock(2)).
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

/** `O_EXCL` follows no link. */
function create(path: string): Deno.FsFile | undefined {
  const options = { read: true, write: true, createNew: true, mode: 0o644 };
  return orUndefined(Deno.errors.AlreadyExists, () => Deno.openSync(path, options));
}

function orUndefined<T>(expected: new () => Error, operation: () => T): T | undefined {
  try {
    return operation();
  } catch (error) {
    if (error instanceof expected) return undefined;
    throw error;
  }
}

/**
 * `FsFile.lock`, the form that Deno 2.5 has. The blocked call cannot be taken back: on abort the file
 * is closed and the thread that waits ends with the process.
 *
 * @param moment Milliseconds for which an abort waits; if the lock comes meanwhile, it counts.
 */
async function acquire(
  file: Deno.FsFile,
  path: string,
  signal: AbortSignal,
  moment: number,
): Promise<void> {
  const lock = file.lock(true).catch((error) => {
    throw lockError(path, error);
  });
  try {
    await orAborted(lock, signal);
  } catch (error) {
    if (moment > 0 && await comesWithin(lock, moment)) return;
    lock.catch(() => {});
    file.close();
    throw error;
  }
}

async function comesWithin(lock: Promise<void>, ms: number): Promise<boolean> {
  return await orAborted(lock, AbortSignal.timeout(ms)).then(() => true, () => false);
}

/** @throws {unknown} The signal's reason, if it is aborted before the promise is settled. */
async function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([promise, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Not every file system has locks: NFS without its lock daemon says ENOLCK. */
function lockError(path: string, error: unknown): ToolError {
  return new ToolError("io", `Cannot lock '${path}': ${reasonOf(error)}`, {
    cause: error,
    hints: ["use a file system with locks: glance-direct doctor cache.lock"],
  });
}

function isStillAt(path: string, mine: FileInfo): boolean {
  const now = orUndefined(Deno.errors.NotFound, () => toFileInfo(Deno.lstatSync(path)));
  return now?.ino === mine.ino && now.dev === mine.dev;
}
