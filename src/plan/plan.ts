/**
 * The plan of one image: plain data, which `--dry-run` prints and the thread carries out.
 *
 * @module
 */
import { expectQemuImg } from "@/cache/qemu_img_program.ts";
import type { Context, Identity } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { GlanceAccess } from "@/openstack/glance/open.ts";
import { expectFetchable } from "@/plan/admission.ts";
import { type GlanceLink, glanceLink } from "@/plan/glance_link.ts";
import type { FetchRequest } from "@/plan/request.ts";
import { type RuleParts, type Rules, rulesOf } from "@/plan/rules.ts";
import { needsOf, type PlannedSource, planSources } from "@/plan/sources.ts";
import { type Target, targetOf } from "@/plan/target.ts";
import type { Needs } from "@/sources/scheme.ts";

/** Everything a transfer needs: its thread reads no configuration and asks for nothing else. */
export interface Plan extends Rules {
  /** Sources in order, also those that are not tried. */
  readonly sources: readonly PlannedSource[];
  /** Permissions that the thread needs for them. */
  readonly needs: Required<Omit<Needs, "imageApi">>;
  /** Glance, if a source uses it. */
  readonly glance: GlanceLink | null;
  /** Where the image goes. */
  readonly target: Target;
  /** The user and host of the process: the thread may not ask for them. */
  readonly identity: Identity;
}

/** What planning needs. */
export interface FetchParts extends RuleParts {
  /** The outside world. */
  readonly context: Context;
  /** How the Image API is reached. */
  readonly access: GlanceAccess;
  /** The Image API. */
  readonly client: GlanceClient;
  /** Path of `rbd`, if it is not the built-in one; for the demo and for tests. */
  readonly rbdProgram?: string | undefined;
}

/**
 * Plans an image.
 *
 * @throws {ToolError} As `expectFetchable`, `targetOf`, `expectQemuImg` and `rulesOf`, and errors
 * of Glance.
 */
export async function makePlan(
  parts: FetchParts,
  record: ImageRecord,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<Plan> {
  expectFetchable(record, request);
  const target = withProgram(targetOf(parts, record, request), parts.context.files);
  const rules = await rulesOf(parts, record, request, signal);
  const sources = await sourcesOf(parts, record, request, signal);
  const { imageApi, ...needs } = await needsOf(parts, sources, signal);
  const glance = imageApi ? await glanceLink(parts, signal) : null;
  return { ...rules, target, sources, needs, glance, identity: parts.context.identity };
}

/** Looks for the conversion program here, because the thread may not. */
function withProgram(target: Target, files: Context["files"]): Target {
  if (target.kind !== "file" || target.raw === null) return target;
  return { ...target, raw: { ...target.raw, program: expectQemuImg(files) } };
}

/** The sources of an image from its record and the locations API. */
export async function sourcesOf(
  parts: FetchParts,
  record: ImageRecord,
  request: Pick<FetchRequest, "fallback" | "only">,
  signal: AbortSignal,
): Promise<readonly PlannedSource[]> {
  const locations = await parts.client.locations(record, signal);
  return planSources({ ...parts, only: request.only }, record, locations, request);
}
