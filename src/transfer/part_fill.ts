/**
 * nova's `.part`, made by its hook: the image goes to the host once, even if a prefetch wants it at the
 * same time.
 *
 * @module
 */
import { isMadeRaw } from "@/transfer/cache_target.ts";
import { lockBase } from "@/cache/base_lock.ts";
import type { Config } from "@/config/config.ts";
import type { Context, FileLock, LogLevel } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { localFile } from "@/sources/local_file.ts";
import type { Source } from "@/sources/source.ts";

/** One `.part` to be made. Plain values. */
export interface PartFill {
  /** The base file that nova makes of it. */
  readonly base: string;
  /** Bytes of a base file that is the image itself; `null` if it is converted. */
  readonly size: number | null;
  /** Longest wait for another process that makes the base file, in milliseconds. */
  readonly timeout: number;
}

/**
 * Milliseconds to wait for a base file that would not help: as much as it takes to see that somebody
 * makes it.
 */
const LOOK = 1000;

/** What nova asks for, or `null` if that is no part of a base file. */
export function partFill(config: Config, record: ImageRecord, path: string): PartFill | null {
  const base = /^(.*\/[0-9a-f]{40})\.part$/.exec(path)?.[1];
  if (base === undefined) return null;
  const isImage = !isMadeRaw(config, record);
  const timeout = isImage ? config.get("glance_direct.lock_timeout") : LOOK;
  return { base, size: isImage ? record.size : null, timeout };
}

/**
 * Makes the `.part` while nobody else makes the base file. Nova holds its own lock meanwhile, which no
 * holder of ours ever waits for.
 *
 * @param make Makes it, from this source first if there is one: the base file that another process made.
 * @throws {ToolError} What `make` throws.
 */
export async function fillPart<T>(
  context: Pick<Context, "clock" | "files" | "log">,
  { base, size, timeout }: PartFill,
  make: (first: Source | undefined) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  // A base file that would not help is hardly waited for: that its turn does not come is as expected.
  const level = size === null ? "info" : "warning";
  using _turn = await turnOrNot(context, base, timeout, level, signal);
  const { files } = context;
  const isImage = size !== null && files.lstat(base)?.size === size;
  const made = await make(isImage ? localFile(files, base) : undefined);
  markAsFresh(context, `${base}.part`);
  return made;
}

/**
 * The last byte may have been written long ago: whoever has the turn next tells by the time that nova has
 * only just begun with it.
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

/** An instance waits: whatever keeps the turn from us, the image is fetched all the same. */
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
    if (signal.aborted || !(error instanceof ToolError)) throw error;
    context.log(level, `${error.message}; fetching the image all the same`);
  }
}
