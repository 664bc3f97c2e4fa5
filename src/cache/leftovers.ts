/**
 * Files that no process will complete: our temporary files and locks whose maker is gone, and what
 * nova leaves when it is killed during a download or a conversion; its cache manager never removes
 * those.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { CacheEntry } from "@/cache/list.ts";
import { cacheDirectory, type CacheLayout, keyOf, temporaryOwner } from "@/cache/paths.ts";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/**
 * Age in milliseconds from which a file of nova's counts as left over: a day. A process still
 * writing to it would have changed its mtime; we cannot see the open files of other processes.
 */
const ABANDONED = 86_400_000;

/**
 * Leftover entries that this user may remove.
 *
 * @param now Milliseconds since the epoch.
 * @throws {ToolError} `io`, if the file system has no locks.
 */
export async function findLeftovers(
  files: Pick<Files, "tryLock">,
  layout: CacheLayout,
  entries: readonly CacheEntry[],
  now: number,
): Promise<readonly CacheEntry[]> {
  const found: CacheEntry[] = [];
  for (const entry of entries) {
    if (await isLeftover(files, layout, entry, now)) found.push(entry);
  }
  return found;
}

async function isLeftover(
  files: Pick<Files, "tryLock">,
  layout: CacheLayout,
  { kind, mtime, name }: CacheEntry,
  now: number,
): Promise<boolean> {
  if (kind === "part" || kind === "converted") return now - mtime >= ABANDONED;
  if (kind !== "temporary" && kind !== "lock") return false;
  return await whileAbandoned(files, join(cacheDirectory(layout), name), () => {});
}

/**
 * Removes an entry that {@linkcode findLeftovers} found, unless a process has taken it up since.
 *
 * @param path Its path.
 * @returns Whether it was removed.
 * @throws {ToolError} `io`.
 */
export async function removeLeftover(
  files: Pick<Files, "lstat" | "remove" | "tryLock">,
  path: string,
  { kind, mtime }: CacheEntry,
): Promise<boolean> {
  if (kind === "temporary" || kind === "lock") {
    return await whileAbandoned(files, path, () => files.remove(path));
  }
  const isSame = files.lstat(path)?.mtime === mtime;
  if (isSame) files.remove(path);
  return isSame;
}

/**
 * Removes temporary files of the same target whose maker is gone.
 *
 * @param path The target.
 * @throws {ToolError} `io`.
 */
export async function removeLeftovers(
  files: Pick<Files, "list" | "remove" | "tryLock">,
  path: string,
): Promise<void> {
  for (const name of files.list(dirname(path))) {
    if (temporaryOwner(name)?.key !== keyOf(path)) continue;
    const leftover = join(dirname(path), name);
    await whileAbandoned(files, leftover, () => files.remove(leftover));
  }
}

/**
 * Runs an action while no process can take up a file of ours: its maker holds its lock from
 * beginning to end. Files of another user, for example root's in nova's cache or anyone's in
 * `/tmp`, are left alone.
 *
 * @returns Whether the action ran.
 */
async function whileAbandoned(
  files: Pick<Files, "tryLock">,
  path: string,
  action: () => void,
): Promise<boolean> {
  try {
    using lock = await files.tryLock(path);
    if (lock !== undefined) action();
    return lock !== undefined;
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "permission_denied") throw error;
    return false;
  }
}
