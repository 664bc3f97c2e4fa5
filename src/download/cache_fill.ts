/**
 * Puts an image into nova's cache: once for all processes that ask at the same time.
 *
 * @module
 */
import { dirname } from "node:path";
import { anySignal } from "@/any_signal.ts";
import { expectSpace, type SpaceNeed } from "@/cache/free_space.ts";
import { removeLeftovers } from "@/cache/ingest.ts";
import { lockPath } from "@/cache/paths.ts";
import { isConvertible } from "@/cache/raw_conversion.ts";
import type { Config } from "@/config/config.ts";
import type { Context, FileLock, Files, Log } from "@/context.ts";
import { isMadeRaw, reservedSpace } from "@/download/cache_target.ts";
import { cachedResult } from "@/download/cached.ts";
import { rawCopyNeed } from "@/download/raw_destination.ts";
import type { FetchResult } from "@/download/result.ts";
import { messageOf, throwIfAborted, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/glance/image.ts";

/** One base file to be made. Plain values. */
export interface CacheFill {
  /** The image. */
  readonly record: ImageRecord;
  /** Make it even if it is there. */
  readonly force: boolean;
  /** Its path and the space that it takes. */
  readonly space: SpaceNeed;
  /** Longest wait for another process that makes it, in milliseconds. */
  readonly lockTimeout: number;
}

/** What making a base file takes, by nova's configuration. */
export function cacheFill(
  config: Config,
  record: ImageRecord,
  path: string,
  force: boolean,
): CacheFill {
  const { least, most } = spaceNeed(record, isMadeRaw(config, record));
  const space = { path, least, most, reserved: reservedSpace(config) };
  return { record, force, space, lockTimeout: config.get("glance_direct.lock_timeout") };
}

/** The smaller formats are dense; what is raw may be mostly holes. Both copies are there at once. */
function spaceNeed(
  { diskFormat, size, virtualSize }: ImageRecord,
  isMadeRaw: boolean,
): Pick<SpaceNeed, "least" | "most"> {
  const most = size ?? 0;
  const least = isConvertible(diskFormat) ? most : 0;
  if (!isMadeRaw) return { least, most };
  const copy = rawCopyNeed(most, virtualSize ?? most);
  return { least: least + copy.least, most: most + copy.most };
}

/**
 * The result for a base file that is there already, unless it is to be made all the same. Its maker may
 * have been killed between publishing it and taking back its other names: then they go now.
 *
 * @throws {ToolError} As {@linkcode cachedResult}.
 */
export async function alreadyCached(
  { files, log }: Pick<Context, "files" | "log">,
  { force, record, space: { path } }: CacheFill,
): Promise<FetchResult | undefined> {
  const cached = force ? undefined : cachedResult(files, record, path);
  const isOrderly = files.lstat(lockPath(path)) === undefined;
  if (cached === undefined || isOrderly) return cached;
  try {
    await tidy(files, log, path);
  } catch (error) {
    // Whoever may read the cache need not be allowed to write to it.
    log("debug", messageOf(error));
  }
  return cached;
}

/** The lock's file is the last name that a run takes back: where it lies unlocked, a run has died. */
async function tidy(files: Files, log: Log, path: string): Promise<void> {
  const lock = await files.tryLock(lockPath(path));
  if (lock === undefined) return;
  using _held = removedAtEnd(files, log, lockPath(path), lock);
  await removeLeftovers(files, path);
}

/**
 * Makes a base file under its lock, or finds that another process has made it meanwhile.
 *
 * @param make Makes it.
 * @throws {ToolError} `no_space`, `cannot_create`, `locked` when another process does not finish, and
 * what `make` throws.
 */
export async function fillCache(
  context: Pick<Context, "clock" | "files" | "log">,
  fill: CacheFill,
  make: () => Promise<FetchResult>,
  signal: AbortSignal,
): Promise<FetchResult> {
  const { path } = fill.space;
  context.files.makeDirectory(dirname(path), 0o755);
  using _lock = await waitForLock(context, path, fill.lockTimeout, signal);
  const { force, record } = fill;
  const cached = force ? undefined : cachedResult(context.files, record, path);
  if (cached !== undefined) return cached;
  // Not before: whoever made it while we waited took the space that it needs.
  expectSpace(context.files, context.log, fill.space);
  return await make();
}

/** Milliseconds after which a wait is worth a word. */
const NOTICE = 1000;

async function waitForLock(
  { clock, files, log }: Pick<Context, "clock" | "files" | "log">,
  path: string,
  timeout: number,
  signal: AbortSignal,
): Promise<FileLock> {
  const expiry = new AbortController();
  const done = new AbortController();
  clock.sleep(NOTICE, done.signal)
    .then(() => log("info", `waiting for another process that makes '${path}'`))
    .catch(() => {});
  clock.sleep(timeout, done.signal).then(() => expiry.abort(lockedError(path, timeout)))
    .catch(() => {});
  try {
    const lock = await files.lock(lockPath(path), anySignal(signal, expiry.signal));
    return removedAtEnd(files, log, lockPath(path), lock);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    done.abort();
  }
}

/** The file goes with its lock: whoever waits for it notices and takes a new one. */
function removedAtEnd(
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
        // The base file has its name by now; a lock's file that stays hurts nobody.
        log("warning", `${messageOf(error)}; the base file is not concerned`);
      }
      lock[Symbol.dispose]();
    },
  };
}

function lockedError(path: string, timeout: number): ToolError {
  return new ToolError(
    "locked",
    `Cannot make '${path}': another process holds its lock for more than ${timeout / 1000} s`,
    { hints: [`see who: fuser -v '${lockPath(path)}'; the bound is [glance_direct]lock_timeout`] },
  );
}
