/**
 * Tasks for tests: an image of the embedded lab, from Ceph and from Glance, into a file.
 *
 * @module
 */
import { join } from "node:path";
import type { Lab } from "@lab/embedded/lab.ts";
import type { GlanceImage } from "@lab/embedded/glance_image.ts";
import { type ImageRecord, parseImageRecord } from "@/openstack/glance/image.ts";
import type { TransferTask } from "@/transfer/task.ts";

/** A task without sources, to be completed by a test. */
export const BARE_TASK: TransferTask = {
  job: {
    record: parseImageRecord({ id: "aaaaaaaa-0000-4000-8000-00000000000a", status: "active" }),
    size: 0,
    verify: "size",
    signature: null,
    formats: { vmdkAllowedTypes: [], deep: true },
    retries: 0,
    stallTimeout: 30_000,
    rate: [],
  },
  plan: [],
  sources: { rbd: null, fileRoots: [], glance: { timeoutMs: 10_000, prefer: [] } },
  clusters: {},
  fileRoots: [],
  glance: null,
  target: { kind: "output" },
  fill: null,
  part: null,
  identity: { uid: null, pid: Deno.pid, hostname: "test" },
};

/** Asks the lab's Glance for a record. */
export async function recordOf(lab: Lab, image: GlanceImage): Promise<ImageRecord> {
  const headers = { "x-auth-token": lab.tokens.issue("admin") };
  const response = await fetch(lab.glance.url + lab.glance.recordPath(image.id), { headers });
  return parseImageRecord(await response.json());
}

/** How the lab's Glance is reached, with this proof. */
export function glanceLink(
  lab: Lab,
  headers: Readonly<Record<string, string>> = {},
): NonNullable<TransferTask["glance"]> {
  const transport = { peer: "Glance", tls: {}, material: { caCerts: [] } };
  const endpoints = [lab.glance.url];
  const access = { endpoints, transport, retries: 0, timeoutMs: 10_000, requestId: undefined };
  return { access, addresses: {}, origin: "test", headers };
}

/** From Ceph, then from Glance, into `image` in the lab's instances directory. */
export async function taskOf(
  lab: Lab,
  image: GlanceImage,
  kinds: readonly ("rbd" | "glance")[] = ["rbd", "glance"],
): Promise<TransferTask> {
  const record = await recordOf(lab, image);
  const locations = { rbd: record.locations[0]!, glance: { url: "glance:", metadata: {} } };
  return {
    ...BARE_TASK,
    job: { ...BARE_TASK.job, record, size: record.size ?? 0, verify: "full" },
    plan: kinds.map((kind) => ({ use: true, kind, location: locations[kind] })),
    sources: { ...BARE_TASK.sources, rbd: rbdSettings(lab) },
    clusters: { [lab.ceph.fsid]: { conf: lab.ceph.conf, user: "nova" } },
    glance: kinds.includes("glance") ? glanceLink(lab) : null,
    target: {
      kind: "file",
      publication: { path: join(lab.instances, "image"), mode: 0o644, replace: true },
    },
  };
}

function rbdSettings(lab: Lab): NonNullable<TransferTask["sources"]["rbd"]> {
  return {
    program: lab.ceph.program,
    pools: ["images"],
    allowForeignNames: false,
    transfer: "sparse",
    concurrentOps: 10,
    connectTimeout: 5,
    requestTimeout: 30,
  };
}
