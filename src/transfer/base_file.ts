/**
 * A base file of nova's cache: made once for all processes that ask for it at the same time.
 *
 * @module
 */
import { expectSpace } from "@/cache/free_space.ts";
import { removeLeftovers } from "@/cache/leftovers.ts";
import { lockPath } from "@/cache/paths.ts";
import type { Context, Files, Log } from "@/context.ts";
import { cachedResult } from "@/transfer/cached.ts";
import { waitForNova } from "@/transfer/nova_download.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { lockBase, removedAtEnd } from "@/cache/base_lock.ts";
import { messageOf } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { BaseFile, FileTarget, Target } from "@/plan/target.ts";

/**
 * The result for a base file that exists already, unless the request forces a new one.
 *
 * @throws {ToolError} As {@linkcode cachedResult}.
 */
export function cachedBase(
  files: Pick<Files, "lstat">,
  record: ImageRecord,
  target: Target,
): FetchResult | undefined {
  if (target.kind !== "file" || target.base === null) return undefined;
  const { path, replace } = target.publication;
  return replace ? undefined : cachedResult(files, record, path);
}

/**
 * {@linkcode cachedBase}, for a run that may change the cache. If the base's maker
 * was killed after publishing it and before removing its other names, they are removed now.
 *
 * @throws {ToolError} As {@linkcode cachedResult}.
 */
export async function alreadyCached(
  { files, log }: Pick<Context, "files" | "log">,
  record: ImageRecord,
  target: Target,
): Promise<FetchResult | undefined> {
  const cached = cachedBase(files, record, target);
  if (cached === undefined || files.lstat(lockPath(cached.path)) === undefined) return cached;
  try {
    await tidy(files, log, cached.path);
  } catch (error) {
    // A user may read the cache without being allowed to write to it.
    log("debug", messageOf(error));
  }
  return cached;
}

/** A run removes the lock file last: if it exists and is not locked, a run has died. */
async function tidy(files: Files, log: Log, path: string): Promise<void> {
  const lock = await files.tryLock(lockPath(path));
  if (lock === undefined) return;
  using _held = removedAtEnd(files, log, lockPath(path), lock);
  await removeLeftovers(files, path);
}

/**
 * Makes a base file under its lock, or finds that another process or nova itself has made it
 * meanwhile.
 *
 * @param make Makes it.
 * @throws {ToolError} `no_space`, `cannot_create`, `locked` when another process does not finish,
 * and what `make` throws.
 */
export async function makeBase(
  context: Pick<Context, "clock" | "files" | "log">,
  record: ImageRecord,
  { base: { lockTimeout }, publication: { path, replace }, space }: FileTarget & {
    readonly base: BaseFile;
  },
  make: () => Promise<FetchResult>,
  signal: AbortSignal,
): Promise<FetchResult> {
  using _turn = await lockBase(context, path, lockTimeout, signal);
  if (!replace) await waitForNova(context, path, lockTimeout, signal);
  const cached = replace ? undefined : cachedResult(context.files, record, path);
  if (cached !== undefined) return cached;
  // Checked here and not earlier: another process may have used the space while we waited.
  expectSpace(context.files, context.log, space);
  return await make();
}
