/**
 * One image to where a command wants it: found in the cache, or transferred in a thread of its own.
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

/** What a command may want beside the image. */
export interface TransferOptions {
  /** Whether a base file that is there already becomes young again. */
  readonly refresh?: true;
  /**
   * Told when the thread has its permissions. By default the command transfers nothing afterwards, and
   * gives up its own.
   */
  readonly onReady?: () => void;
  /** Told the digests of the image's chunks, where the request asks for them. */
  readonly onChunks?: (digests: Uint8Array<ArrayBuffer>) => void;
}

/**
 * Fetches an image. What is cached costs no thread.
 *
 * @throws {ToolError} With the code of what went wrong; then nothing has the final name.
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
