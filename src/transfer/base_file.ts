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
 * The result for a base file that is there already, unless it is to be made all the same. Its maker may
 * have been killed between publishing it and taking back its other names: then they go now.
 *
 * @throws {ToolError} As {@linkcode cachedResult}.
 */
export async function alreadyCached(
  { files, log }: Pick<Context, "files" | "log">,
  record: ImageRecord,
  target: Target,
): Promise<FetchResult | undefined> {
  if (target.kind !== "file" || target.base === null) return undefined;
  const { path, replace } = target.publication;
  const cached = replace ? undefined : cachedResult(files, record, path);
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
export async function makeBase(
  context: Pick<Context, "clock" | "files" | "log">,
  record: ImageRecord,
  { base, publication: { path, replace } }: FileTarget & { readonly base: BaseFile },
  make: () => Promise<FetchResult>,
  signal: AbortSignal,
): Promise<FetchResult> {
  const { lockTimeout, space } = base;
  using _turn = await lockBase(context, path, lockTimeout, signal);
  if (!replace) await waitForNova(context, path, lockTimeout, signal);
  const cached = replace ? undefined : cachedResult(context.files, record, path);
  if (cached !== undefined) return cached;
  // Not before: whoever made it while we waited took the space that it needs.
  expectSpace(context.files, context.log, space);
  return await make();
}
