/**
 * Puts an image into nova's cache: once for all processes that ask at the same time.
 *
 * @module
 */
import { expectSpace, type SpaceNeed } from "@/cache/free_space.ts";
import { removeLeftovers } from "@/cache/leftovers.ts";
import { lockPath } from "@/cache/paths.ts";
import { isConvertible } from "@/cache/raw_conversion.ts";
import type { Config } from "@/config/config.ts";
import type { Context, Files, Log } from "@/context.ts";
import { isMadeRaw, reservedSpace } from "@/transfer/cache_target.ts";
import { cachedResult } from "@/transfer/cached.ts";
import { waitForNova } from "@/transfer/nova_download.ts";
import { rawCopyNeed } from "@/transfer/raw_destination.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { lockBase, removedAtEnd } from "@/cache/base_lock.ts";
import { messageOf } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

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
 * Makes a base file under its lock, or finds that another process, or nova itself, has made it meanwhile.
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
  const { force, lockTimeout, record, space: { path } } = fill;
  using _turn = await lockBase(context, path, lockTimeout, signal);
  if (!force) await waitForNova(context, path, lockTimeout, signal);
  const cached = force ? undefined : cachedResult(context.files, record, path);
  if (cached !== undefined) return cached;
  // Not before: whoever made it while we waited took the space that it needs.
  expectSpace(context.files, context.log, fill.space);
  return await make();
}
