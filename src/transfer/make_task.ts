/**
 * Makes the task of one image, with everything read and asked that it takes.
 *
 * @module
 */
import { clusterFor } from "@/config/ceph_clusters.ts";
import type { Context } from "@/context.ts";
import { type FetchParts, type FetchRequest, jobOf, planImage, sourcesOf } from "@/plan/prepare.ts";
import type { PlanEntry } from "@/plan/plan.ts";
import type { Target } from "@/transfer/target.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { RbdCluster } from "@/sources/rbd/source.ts";
import { parseRbdLocation } from "@/sources/rbd/location.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { addressOf } from "@/openstack/http/dial.ts";
import { toPlain } from "@/transfer/plain_error.ts";
import type { GlanceLink, PlannedSource, TransferTask } from "@/transfer/task.ts";
import { waitFor } from "@/wait_for.ts";

/**
 * Plans an image and packs the plan.
 *
 * @param places What the target is to nova.
 * @throws {ToolError} As `planImage` and `jobOf`.
 */
export async function makeTask(
  parts: FetchParts,
  record: ImageRecord,
  request: FetchRequest,
  target: Target,
  places: Pick<TransferTask, "fill" | "part">,
  signal: AbortSignal,
): Promise<TransferTask> {
  const plan = (await planImage(parts, record, request, signal)).map(plannedSource);
  const job = await jobOf(parts, record, request, signal);
  const sources = sourcesOf(parts, record, request);
  const uses = (kind: string) => plan.some((entry) => entry.use && entry.kind === kind);
  return {
    job,
    plan,
    sources,
    clusters: clustersOf(parts, plan),
    fileRoots: uses("file") ? await resolvedRoots(parts, sources.fileRoots, signal) : [],
    glance: uses("glance") ? await glanceLink(parts, signal) : null,
    target,
    ...places,
    identity: parts.context.identity,
  };
}

function plannedSource(entry: PlanEntry): PlannedSource {
  if (entry.use) return { use: true, kind: entry.source.kind, location: entry.location };
  const { kind, label, reason } = entry;
  return { use: false, kind, label, reason: toPlain(reason) };
}

/** Only the clusters that are needed: no other one can be reached from the thread. */
function clustersOf(
  { config, context }: FetchParts,
  plan: readonly PlannedSource[],
): Readonly<Record<string, RbdCluster>> {
  const fsids = plan.flatMap((entry) =>
    entry.use && entry.kind === "rbd" ? [parseRbdLocation(entry.location.url).fsid] : []
  );
  return Object.fromEntries(fsids.flatMap((fsid) => {
    const cluster = clusterFor(fsid, config, context.files);
    return cluster === undefined ? [] : [[fsid, { conf: cluster.conf, user: cluster.user }]];
  }));
}

/** The directories, and where symbolic links lead from there: both are read in the thread. */
async function resolvedRoots(
  parts: FetchParts,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const real = await Promise.all(roots.map((root) => realRoot(parts, root, signal)));
  return [...new Set([...roots, ...real.flat()])];
}

async function realRoot(
  { config, context: { clock, files } }: FetchParts,
  root: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const bound = {
    action: `resolve '${root}'`,
    timeoutMs: config.get("glance_direct.connect_timeout"),
    setting: "[glance_direct] connect_timeout",
    signal,
  };
  try {
    return [await withDeadline(clock, bound, (ending) => waitFor(files.realPath(root), ending))];
  } catch (error) {
    throwIfAborted(signal);
    // A store that is not mounted, or hangs, is found out, and said, when its file is opened.
    if (error instanceof ToolError) return [];
    throw error;
  }
}

async function glanceLink(
  { access, client, config, context }: FetchParts,
  signal: AbortSignal,
): Promise<GlanceLink> {
  const { session, endpoints } = client;
  const headers = await session.headers(signal);
  // A proxy knows names that this host may not.
  const direct = access.transport.proxy === undefined ? endpoints : [];
  const bound = config.get("glance_direct.connect_timeout");
  const addresses = await addressesOf(context, direct, bound, signal);
  return { access: { ...access, endpoints }, addresses, origin: session.origin, headers };
}

/** What cannot be resolved now is told when it is connected to. */
async function addressesOf(
  { clock, resolve }: Pick<Context, "clock" | "resolve">,
  urls: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<GlanceLink["addresses"]> {
  const names = [...new Set(urls.map((url) => addressOf(url).hostname))];
  const found = await Promise.all(names.map(async (name) => {
    const bound = { action: `resolve '${name}'`, timeoutMs, signal };
    const work = (ending: AbortSignal) => waitFor(resolve(name), ending);
    const addresses = await withDeadline(clock, bound, work).catch(() => [name]);
    return [name, addresses] as const;
  }));
  throwIfAborted(signal);
  return Object.fromEntries(found);
}
