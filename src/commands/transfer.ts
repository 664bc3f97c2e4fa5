/**
 * One image to where a command wants it: found in the cache, or transferred in a thread of its own.
 *
 * @module
 */
import { dirname } from "node:path";
import { makeDirectories } from "@/cache/directory.ts";
import { expectQemuImg } from "@/cache/qemu_img_program.ts";
import type { Session } from "@/commands/session.ts";
import { expectFetchable } from "@/plan/admission.ts";
import { alreadyCached, cacheFill } from "@/transfer/cache_fill.ts";
import { touchBase } from "@/transfer/cached.ts";
import type { FetchParts, FetchRequest } from "@/plan/prepare.ts";
import type { PartFill } from "@/transfer/part_fill.ts";
import type { FetchResult } from "@/transfer/result.ts";
import type { Target } from "@/transfer/target.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { makeTask } from "@/transfer/make_task.ts";
import { revocablePermissions } from "@/transfer/permissions.ts";
import { runInThread } from "@/transfer/thread.ts";

/** What is wanted. */
export interface Wanted {
  /** The image. */
  readonly record: ImageRecord;
  /** How. */
  readonly request: FetchRequest;
  /** Where. */
  readonly target: Target;
  /** Whether the target is a base file of the cache, which others may be making, too. */
  readonly isBase: boolean;
  /** What the target is to nova where it is no base file. @default {null} */
  readonly part?: PartFill | null;
  /** Whether a base file that is there already becomes young again. */
  readonly refresh?: true;
  /**
   * Told when the thread has its permissions. By default the command transfers nothing afterwards, and
   * gives up its own.
   */
  readonly onReady?: () => void;
}

/**
 * Fetches an image. What is cached costs no thread.
 *
 * @throws {ToolError} With the code of what went wrong; then nothing has the final name.
 */
export async function transferImage(
  { config, context, progress }: Session,
  parts: FetchParts,
  { isBase, onReady, part = null, record, refresh, request, target }: Wanted,
  signal: AbortSignal,
): Promise<FetchResult> {
  expectFetchable(record, request);
  const fill = isBase && target.kind !== "output"
    ? cacheFill(config, record, target.publication.path, request.force)
    : null;
  const cached = fill === null ? undefined : await alreadyCached(context, fill);
  if (cached !== undefined) {
    if (refresh) touchBase(context, cached.path);
    return cached;
  }
  if (target.kind === "raw") expectQemuImg(context.files);
  if (fill !== null) makeDirectories(context, dirname(fill.space.path));
  const task = await makeTask(parts, record, request, target, { fill, part }, signal);
  using shown = progress.of(record);
  const thread = {
    context,
    session: parts.client.session,
    onEvent: shown.onEvent,
    onReady: onReady ?? (() => context.relinquish(revocablePermissions(task))),
  };
  const result = await runInThread(thread, task, signal);
  shown.verified(result);
  return result;
}
