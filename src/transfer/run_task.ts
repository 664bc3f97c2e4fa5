/**
 * Carries a task out, with nothing but what the task says.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { fillCache } from "@/transfer/cache_fill.ts";
import { download } from "@/transfer/engine.ts";
import type { OnDownloadEvent } from "@/transfer/events.ts";
import type { PlanEntry } from "@/plan/plan.ts";
import { fillPart } from "@/transfer/part_fill.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { sourceRegistry } from "@/plan/sources.ts";
import { openTarget } from "@/transfer/target.ts";
import { ToolError } from "@/errors.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import type { Source } from "@/sources/source.ts";
import type { AuthSession } from "@/openstack/keystone/session.ts";
import { fromPlain } from "@/transfer/plain_error.ts";
import type { TransferTask } from "@/transfer/task.ts";

/** What a task is carried out with. */
export interface TaskParts {
  /** The outside world, as far as the thread may see it. */
  readonly context: Context;
  /** Proves who asks. */
  readonly session: AuthSession;
  /** Told of what happens. */
  readonly onEvent: OnDownloadEvent;
}

/**
 * Transfers one image.
 *
 * @throws {ToolError} As `download` and `fillCache`.
 */
export async function runTask(
  { context, session, onEvent }: TaskParts,
  task: TransferTask,
  signal: AbortSignal,
): Promise<FetchResult> {
  using client = task.glance === null
    ? undefined
    : openGlance(context, task.glance.access, session);
  const destination = openTarget(context, task.target);
  const { job } = task;
  const plan = planOf(task, context, client);
  const go = (first?: Source) => {
    const parts = { context, job, destination, onEvent };
    return download({ ...parts, plan: [...first ? [own(first)] : [], ...plan] }, signal);
  };
  if (task.part !== null) return await fillPart(context, task.part, go, signal);
  return task.fill === null ? await go() : await fillCache(context, task.fill, go, signal);
}

/** A source of this host beside those of the record; verified like any other. */
function own(source: Source): PlanEntry {
  return { use: true, location: { url: source.label, metadata: {} }, source };
}

/** Resolves every location again: what crossed is text, and text proves nothing. */
function planOf(
  { clusters, job, plan, sources }: TransferTask,
  context: Context,
  client: GlanceClient | undefined,
): readonly PlanEntry[] {
  const clusterFor = (fsid: string) => clusters[fsid];
  const registry = sourceRegistry({ context, client, clusterFor, settings: sources });
  return plan.map((entry) => {
    if (entry.use) {
      const { location } = entry;
      return { use: true, location, source: registry.resolve(location, job.record) };
    }
    const { kind, label, reason } = entry;
    return { use: false, kind, label, reason: asToolError(fromPlain(reason)) };
  });
}

function asToolError(error: Error): ToolError {
  return error instanceof ToolError ? error : new ToolError("internal", error.message);
}
