/**
 * Delivers one image to the target of a command: from the cache, or transferred in its own thread.
 *
 * @module
 */
import { dirname } from "node:path";
import { makeDirectories } from "@/cache/directory.ts";
import type { Session } from "@/commands/session.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { expectFetchable } from "@/plan/admission.ts";
import { type FetchParts, makePlan } from "@/plan/plan.ts";
import type { FetchRequest } from "@/plan/request.ts";
import { targetOf } from "@/plan/target.ts";
import { alreadyCached } from "@/transfer/base_file.ts";
import { touchBase } from "@/transfer/cached.ts";
import type { DownloadEvent } from "@/transfer/events.ts";
import { revocablePermissions } from "@/transfer/permissions.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { runInThread } from "@/transfer/thread.ts";

/** Options of a command in addition to the image. */
export interface TransferOptions {
  /** Whether an existing base file gets a fresh mtime. */
  readonly refresh?: true;
  /**
   * Called when the thread has its permissions. By default the command transfers nothing
   * afterwards, and revokes its own.
   */
  readonly onReady?: () => void;
  /** Receives the digests of the image's chunks, if the request needs them. */
  readonly onChunks?: (digests: Uint8Array<ArrayBuffer>) => void;
}

/**
 * Fetches an image. A cached image needs no thread.
 *
 * @throws {ToolError} With the code of the failure; then the final name does not exist.
 */
export async function transferImage(
  { config, context, progress }: Session,
  parts: FetchParts,
  record: ImageRecord,
  request: FetchRequest,
  signal: AbortSignal,
  { onChunks, onReady, refresh }: TransferOptions = {},
): Promise<FetchResult> {
  expectFetchable(record, request);
  const target = targetOf({ config, context }, record, request);
  const cached = await alreadyCached(context, record, target);
  if (cached !== undefined) {
    if (refresh) touchBase(context, cached.path);
    return cached;
  }
  const plan = await makePlan(parts, record, request, signal);
  if (target.kind === "file" && target.base !== null) {
    makeDirectories(context, dirname(target.publication.path));
  }
  using shown = progress.of(record);
  const thread = {
    context,
    session: parts.client.session,
    onEvent: (event: DownloadEvent) => {
      if (event.kind === "chunks") onChunks?.(event.digests);
      else shown.onEvent(event);
    },
    onReady: onReady ?? (() => context.relinquish(revocablePermissions(plan))),
  };
  const result = await runInThread(thread, plan, signal);
  shown.verified(result);
  return result;
}
