/**
 * nova's `.part`, made by its hook: the image is transferred to the host once, even if a prefetch
 * needs it at the same time.
 *
 * @module
 */
import { lockBase } from "@/cache/base_lock.ts";
import type { Context, FileLock, LogLevel } from "@/context.ts";
import { expectedFailure, messageOf } from "@/errors.ts";
import type { PartFile } from "@/plan/target.ts";
import { localFile } from "@/sources/local_file.ts";
import type { Source } from "@/sources/source.ts";

/**
 * Makes the `.part` while no other process makes the base file. Nova holds its own lock meanwhile;
 * no holder of our lock ever waits for it.
 *
 * @param make Makes it, first from this source if given: the base file that another process made.
 * @throws {ToolError} What `make` throws.
 */
export async function makePart<T>(
  context: Pick<Context, "clock" | "files" | "log">,
  { base, size, timeout }: PartFile,
  make: (...first: readonly Source[]) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  // A base file that would not help is worth only a short wait; running into its limit is expected.
  const level = size === null ? "info" : "warning";
  using _turn = await turnOrNot(context, base, timeout, level, signal);
  const { files } = context;
  const isImage = size !== null && files.lstat(base)?.size === size;
  const made = await make(...isImage ? [localFile(files, base)] : []);
  markAsFresh(context, `${base}.part`);
  return made;
}

/**
 * The last byte may have been written long ago. The fresh mtime tells the next holder of the lock
 * that nova has only just begun with the file.
 */
function markAsFresh(
  { clock, files, log }: Pick<Context, "clock" | "files" | "log">,
  part: string,
): void {
  try {
    files.touch(part, clock.now());
  } catch (error) {
    log("debug", messageOf(error));
  }
}

/** An instance waits: if the lock fails for any reason, the image is fetched anyway. */
async function turnOrNot(
  context: Pick<Context, "clock" | "files" | "log">,
  base: string,
  timeout: number,
  level: LogLevel,
  signal: AbortSignal,
): Promise<FileLock | undefined> {
  try {
    return await lockBase(context, base, timeout, signal);
  } catch (error) {
    context.log(level, `${expectedFailure(error, signal).message}; fetching the image anyway`);
  }
}
