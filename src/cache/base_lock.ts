/**
 * The lock of a base file: one process at a time makes it.
 *
 * @module
 */
import { lockPath } from "@/cache/paths.ts";
import type { Context, FileLock, Files, Log } from "@/context.ts";
import { Deadline } from "@/deadline.ts";
import { messageOf, ToolError } from "@/errors.ts";

/** Milliseconds after which a wait is logged. */
const NOTICE = 1000;

/**
 * Waits for the lock of a base file.
 *
 * @param path The base file.
 * @param timeout Longest wait, in milliseconds.
 * @returns The lock; releasing it also removes the lock file.
 * @throws {ToolError} `locked`, `cannot_create`, or the signal's reason.
 */
export async function lockBase(
  { clock, files, log }: Pick<Context, "clock" | "files" | "log">,
  path: string,
  timeout: number,
  signal: AbortSignal,
): Promise<FileLock> {
  using deadline = new Deadline(clock, timeout, signal, () => lockedError(path, timeout));
  const done = new AbortController();
  clock.sleep(NOTICE, done.signal)
    .then(() => log("info", `waiting for another process that makes '${path}'`))
    .catch(() => {});
  try {
    const lock = await files.lock(lockPath(path), deadline.signal);
    return removedAtEnd(files, log, lockPath(path), lock);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    done.abort();
  }
}

/** The file is removed with its lock: a waiting process notices and creates a new one. */
export function removedAtEnd(
  files: Pick<Files, "remove">,
  log: Log,
  path: string,
  lock: FileLock,
): FileLock {
  return {
    [Symbol.dispose]() {
      try {
        files.remove(path);
      } catch (error) {
        // The base file has its name already; a lock file that stays is harmless.
        log("warning", `${messageOf(error)}; the base file is not affected`);
      }
      lock[Symbol.dispose]();
    },
  };
}

function lockedError(path: string, timeout: number): ToolError {
  return new ToolError(
    "locked",
    `Cannot make '${path}': another process holds its lock for more than ${timeout / 1000} s`,
    { hints: [`see who: fuser -v '${lockPath(path)}'; the limit is [glance_direct]lock_timeout`] },
  );
}
