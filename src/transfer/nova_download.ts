/**
 * A download that nova makes by itself, seen from outside: nova's lock is a POSIX one, which Deno cannot
 * take, but what nova writes shows (`nova.virt.images.fetch_to_raw`): `.part` grows, `.converted` may
 * grow after it, and one of the two becomes the base file.
 *
 * @module
 */
import type { Context, Files } from "@/context.ts";

/** Milliseconds without a change after which nobody is believed to write any more. */
const QUIET = 30_000;

/** Milliseconds between two looks. */
const INTERVAL = 500;

/**
 * Waits while nova makes a base file. Ends when the file is there, when nothing of nova's is left, when
 * it has not changed for half a minute (its maker is gone, or worth overtaking: both publish whole files),
 * and after `timeout`.
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
  // What was left long ago needs no wait; a clock that is wrong costs one, and nothing else.
  if (seen === undefined || clock.now() - seen.mtime > QUIET) return;
  log("info", `waiting for nova, which makes '${path}' itself`);
  while (seen !== undefined && files.lstat(path) === undefined) {
    const now = clock.monotonic();
    if (now - since >= QUIET) {
      return log("warning", `nova does not go on with '${path}': going on without it`);
    }
    if (now - started >= timeout) {
      return log(
        "warning",
        `nova takes more than ${timeout / 1000} s for '${path}': not waiting on`,
      );
    }
    await clock.sleep(INTERVAL, signal);
    const trace = traceOf(files, path);
    if (trace?.text !== seen.text) since = clock.monotonic();
    seen = trace;
  }
}

interface Trace {
  /** Everything that changes when nova writes. */
  readonly text: string;
  /** The last of the changes, in milliseconds since the epoch. */
  readonly mtime: number;
}

/** What nova has of a base file so far; `undefined` if nothing. */
function traceOf(files: Pick<Files, "lstat">, path: string): Trace | undefined {
  const found = [".part", ".converted"].flatMap((suffix) => files.lstat(path + suffix) ?? []);
  if (found.length === 0) return undefined;
  const text = found.map(({ ino, size, mtime, allocated }) => [ino, size, mtime, allocated]);
  return { text: text.join(), mtime: Math.max(...found.map(({ mtime }) => mtime)) };
}
