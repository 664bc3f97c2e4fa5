/**
 * flock(2) on the real file system.
 *
 * @module
 */
import type { FileLock } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { reasonOf } from "@/system/file_errors.ts";
import { isStillAt, openExisting, openOrCreate } from "@/system/lock_file.ts";
import { waitFor } from "@/wait_for.ts";

/**
 * How long taking a free lock may take, in milliseconds, if only the waiting call exists: a busy
 * host is slow to start the waiting thread, and files that appear locked are not cleaned up.
 */
const GRACE = 1000;

/**
 * How long an abort waits for a lock that may be free, in milliseconds. With the lock, its file can
 * be removed; without it, the file must stay because another process may hold it.
 */
const MOMENT = 200;

/**
 * Waits for the lock of a file, which is created if it is missing.
 *
 * @throws {ToolError} `cannot_create`, or `io` if the file system has no locks.
 * @throws {unknown} The signal's reason, if it aborts. A free lock is taken even then, so that the
 * caller can remove its file.
 */
export async function lockFile(path: string, signal: AbortSignal): Promise<FileLock> {
  for (;;) {
    signal.throwIfAborted();
    const file = openOrCreate(path);
    if (file === undefined) continue;
    await acquire(file, path, signal, MOMENT);
    const lock = lockAt(path, file);
    if (lock !== undefined) return lock;
  }
}

/**
 * The lock of a file, or `undefined` if another process holds it or the file no longer exists.
 *
 * @throws {ToolError} `permission_denied`, or `io` if the file system has no locks.
 */
export async function tryLockFile(path: string): Promise<FileLock | undefined> {
  const file = openExisting(path);
  if (file === undefined) return undefined;
  const patience = AbortSignal.timeout(GRACE);
  try {
    await acquire(file, path, patience, 0);
  } catch (error) {
    if (error === patience.reason) return undefined;
    throw error;
  }
  return lockAt(path, file);
}

/**
 * The lock of an open file, unless a holder removed the file meanwhile: such a lock would have no
 * effect. If there is none, the file is closed.
 */
function lockAt(path: string, file: Deno.FsFile): FileLock | undefined {
  let isLock = false;
  try {
    isLock = isStillAt(path, file);
    return isLock ? { [Symbol.dispose]: () => file.close() } : undefined;
  } finally {
    if (!isLock) file.close();
  }
}

/**
 * `FsFile.lock`, the form in Deno 2.5. The blocked call cannot be cancelled: on abort the file is
 * closed and the waiting thread ends with the process.
 *
 * @param moment Milliseconds that an abort waits; a lock taken meanwhile is kept.
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
    await waitFor(lock, signal);
  } catch (error) {
    if (moment > 0 && await comesWithin(lock, moment)) return;
    file.close();
    throw error;
  }
}

async function comesWithin(lock: Promise<void>, ms: number): Promise<boolean> {
  return await waitFor(lock, AbortSignal.timeout(ms)).then(() => true, () => false);
}

/** Not every file system has locks: NFS without its lock daemon returns ENOLCK. */
function lockError(path: string, error: unknown): ToolError {
  return new ToolError("io", `Cannot lock '${path}': ${reasonOf(error)}`, {
    cause: error,
    hints: ["use a file system with locks: glance-direct doctor cache.lock"],
  });
}
