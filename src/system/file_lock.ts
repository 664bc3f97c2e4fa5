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
 * Waits for the lock of a file, which is made if it is missing.
 *
 * @throws {unknown} The signal's reason, as soon as it is aborted.
 * @throws {ToolError} `cannot_create`, or `io` where the file system has no locks.
 */
export async function lockFile(path: string, signal: AbortSignal): Promise<FileLock> {
  throwIfAborted(signal);
  for (;;) {
    const file = guarded(
      "lock",
      path,
      "cannot_create",
      () => Deno.openSync(path, { read: true, write: true, create: true, mode: 0o644 }),
    );
    await acquire(file, path, signal);
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
  const file = openExisting(path);
  if (file === undefined) return undefined;
  try {
    await acquire(file, path, AbortSignal.timeout(GRACE));
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

function openExisting(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return guarded("lock", path, "io", () => {
      throw error;
    });
  }
}

/**
 * `FsFile.lock`, the form that Deno 2.5 has. The blocked call cannot be taken back: on abort the file
 * is closed and the thread that waits ends with the process.
 */
async function acquire(file: Deno.FsFile, path: string, signal: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const lock = file.lock(true).catch((error) => {
    throw lockError(path, error);
  });
  try {
    await Promise.race([lock, stopped.promise]);
  } catch (error) {
    lock.catch(() => {});
    file.close();
    throw error;
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
  try {
    const now = toFileInfo(Deno.statSync(path));
    return now.ino === mine.ino && now.dev === mine.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
