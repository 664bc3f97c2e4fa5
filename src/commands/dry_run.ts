/**
 * `--dry-run` of `fetch` and `prefetch`: what a fetch would do, as far as it is known before the
 * first byte.
 *
 * @module
 */
import { expectSpace } from "@/cache/free_space.ts";
import type { Services } from "@/commands/services.ts";
import type { Result, Session } from "@/commands/session.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { withHash } from "@/plan/hash_wait.ts";
import { makePlan, sourcesOf } from "@/plan/plan.ts";
import type { FetchRequest } from "@/plan/request.ts";
import { targetOf } from "@/plan/target.ts";
import { cachedBase } from "@/transfer/base_file.ts";
import { renderPlan } from "@/ui/plan.ts";

/**
 * The plan of one image.
 *
 * @throws {ToolError} What would keep it from being fetched.
 */
export async function planImage(
  session: Session,
  services: Services,
  found: ImageRecord,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<Result> {
  const record = await withHash(services, found, signal);
  const target = targetOf(session, record, request);
  const cached = cachedBase(session.context.files, record, target);
  if (cached !== undefined) {
    const sources = await sourcesOf(services, record, request, signal);
    return renderPlan({ record, sources, target }, cached.path);
  }
  const plan = await makePlan(services, record, request, signal);
  if (target.kind === "file") {
    expectSpace(session.context.files, session.context.log, target.space);
  }
  return renderPlan(plan);
}
