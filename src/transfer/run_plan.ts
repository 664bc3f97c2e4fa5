/**
 * Carries out a plan, with nothing but its data.
 *
 * @module
 */
import { expectSpace } from "@/cache/free_space.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import type { AuthSession } from "@/openstack/keystone/session.ts";
import type { Plan } from "@/plan/plan.ts";
import { schemeOfKind, SCHEMES } from "@/sources/registry.ts";
import type { Source } from "@/sources/source.ts";
import { makeBase } from "@/transfer/base_file.ts";
import {
  type Destination,
  fileDestination,
  noDestination,
  outputDestination,
} from "@/transfer/destination.ts";
import { type Candidate, download } from "@/transfer/engine.ts";
import type { OnDownloadEvent } from "@/transfer/events.ts";
import { makePart } from "@/transfer/part_file.ts";
import { rawDestination } from "@/transfer/raw_destination.ts";
import type { FetchResult } from "@/transfer/result.ts";

/** What carrying out a plan needs. */
export interface PlanHost {
  /** The outside world, as far as the thread may access it. */
  readonly context: Context;
  /** Provides proofs of identity. */
  readonly session: AuthSession;
  /** Receives events. */
  readonly onEvent: OnDownloadEvent;
}

/**
 * Transfers one image.
 *
 * @throws {ToolError} As `download`, `expectSpace`, `makeBase` and `makePart`.
 */
export async function runPlan(
  { context, session, onEvent }: PlanHost,
  plan: Plan,
  signal: AbortSignal,
): Promise<FetchResult> {
  const { glance, record, target } = plan;
  using client = glance === null ? undefined : openGlance(context, glance.access, session);
  const sources = candidatesOf(plan, context, client);
  const destination = destinationOf(plan, context);
  const go = (...first: readonly Source[]) => {
    const parts = { context, rules: plan, destination, onEvent };
    return download({ ...parts, sources: [...first, ...sources] }, signal);
  };
  if (target.kind !== "file") return await go();
  const { base, part } = target;
  if (part !== null) return await makePart(context, part, go, signal);
  if (base !== null) return await makeBase(context, record, { ...target, base }, go, signal);
  expectSpace(context.files, context.log, target.space);
  return await go();
}

function candidatesOf(
  { sources }: Plan,
  context: Context,
  client: GlanceClient | undefined,
): readonly Candidate[] {
  return sources.map((one) =>
    one.use ? schemeOfKind(one.kind, SCHEMES).source(one.settings, { context, client }) : one
  );
}

function destinationOf({ target }: Plan, context: Context): Destination {
  if (target.kind === "output") return outputDestination(context.terminal);
  if (target.kind === "nowhere") return noDestination("");
  const { publication, raw } = target;
  return raw === null
    ? fileDestination(context, publication)
    : rawDestination(context, publication, raw);
}
