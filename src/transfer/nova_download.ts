/**
 * Observes a download that nova itself makes. Nova's lock is a POSIX lock, which Deno cannot take,
 * but the files that nova writes are visible (`nova.virt.images.fetch_to_raw`): `.part` grows,
 * `.converted` may grow after it, and one of the two becomes the base file.
 *
 * @module
 */
import type { Context, Files } from "@/context.ts";

/** Milliseconds without a change after which nova's download counts as dead. */
const QUIET = 30_000;

/** Milliseconds between two checks. */
const INTERVAL = 500;

/**
 * Waits while nova makes a base file. Ends when the file exists, when no file of nova's is left,
 * when nothing has changed for half a minute (nova has died, or is slower than we are; both publish
 * complete files), and after `timeout`.
 *
 * @param path The base file.
 * @param timeout Longest wait, in milliseconds.
 * @throws {unknown} The signal's reason.
 */
export async function waitForNova(
  { clock, files, log }: Pick<Context, "clock" | "files" | "log">,
  path: string,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  const started = clock.monotonic();
  let [seen, since] = [traceOf(files, path), started];
  // An old leftover needs no wait; a wrong clock only causes one needless wait.
  if (seen === undefined || clock.now() - seen.mtime > QUIET) return;
  log("info", `waiting for nova, which makes '${path}' itself`);
  while (seen !== undefined && files.lstat(path) === undefined) {
    const now = clock.monotonic();
    if (now - since >= QUIET) {
      return log("warning", `nova does not continue with '${path}': continuing without it`);
    }
    if (now - started >= timeout) {
      return log(
        "warning",
        `nova takes more than ${timeout / 1000} s for '${path}': no longer waiting`,
      );
    }
    await clock.sleep(INTERVAL, signal);
    const trace = traceOf(files, path);
    if (trace?.text !== seen.text) since = clock.monotonic();
    seen = trace;
  }
}

interface Trace {
  /** Everything that changes while nova writes. */
  readonly text: string;
  /** The last of the changes, in milliseconds since the epoch. */
  readonly mtime: number;
}

/** The files that nova has of a base file so far; `undefined` if none. */
function traceOf(files: Pick<Files, "lstat">, path: string): Trace | undefined {
  const found = [".part", ".converted"].flatMap((suffix) => files.lstat(path + suffix) ?? []);
  if (found.length === 0) return undefined;
  const text = found.map(({ ino, size, mtime, allocated }) => [ino, size, mtime, allocated]);
  return { text: text.join(), mtime: Math.max(...found.map(({ mtime }) => mtime)) };
}
