/**
 * Plans for tests: an image of the embedded lab, from Ceph and from Glance, into a file.
 *
 * @module
 */
import { FILE_POLICY } from "../formats/policy.ts";
import { join } from "node:path";
import type { Lab } from "@lab/embedded/lab.ts";
import type { GlanceImage } from "@lab/embedded/glance_image.ts";
import { type ImageRecord, parseImageRecord } from "@/openstack/glance/image.ts";
import type { Plan } from "@/plan/plan.ts";
import type { UsedSource } from "@/plan/sources.ts";
import type { FileTarget } from "@/plan/target.ts";
import { parseRbdLocation } from "@/sources/rbd/location.ts";
import type { RbdSettings } from "@/sources/rbd/source.ts";

/** A plan without sources, to be completed by a test. */
export const BARE_PLAN: Plan = {
  record: parseImageRecord({ id: "aaaaaaaa-0000-4000-8000-00000000000a", status: "active" }),
  size: 0,
  verify: "size",
  signature: null,
  chunks: null,
  formats: { ...FILE_POLICY, deep: true },
  retries: 0,
  stallTimeout: 30_000,
  rate: [],
  sources: [],
  needs: { programs: [], servers: [], directories: [] },
  glance: null,
  target: { kind: "output" },
  identity: { uid: null, pid: Deno.pid, hostname: "test" },
};

/** A file that is no base file. */
export function fileTarget(path: string, changes: Partial<FileTarget> = {}): FileTarget {
  const publication = { path, mode: 0o644, replace: true };
  const space = { path, least: 0, most: 0, reserved: 0 };
  return { kind: "file", publication, space, raw: null, base: null, part: null, ...changes };
}

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
): NonNullable<Plan["glance"]> {
  const transport = {
    peer: "Glance",
    tls: {},
    material: { caCerts: [], pins: [] },
    pinned: new Set<string>(),
  };
  const endpoints = [lab.glance.url];
  const access = { endpoints, transport, retries: 0, timeoutMs: 10_000, requestId: undefined };
  return { access, addresses: {}, origin: "test", headers };
}

/** From Ceph, then from Glance, into `image` in the lab's instances directory. */
export async function planOf(
  lab: Lab,
  image: GlanceImage,
  kinds: readonly ("rbd" | "glance")[] = ["rbd", "glance"],
): Promise<Plan> {
  const record = await recordOf(lab, image);
  const sources = {
    rbd: rbdSource(lab, record.locations[0]!.url),
    glance: {
      use: true,
      kind: "glance",
      label: "glance",
      settings: { id: image.id, timeoutMs: 10_000, prefer: [] },
    },
  } as const;
  return {
    ...BARE_PLAN,
    record,
    size: record.size ?? 0,
    verify: "full",
    sources: kinds.map((kind) => sources[kind]),
    needs: { ...BARE_PLAN.needs, programs: kinds.includes("rbd") ? [lab.ceph.program] : [] },
    glance: kinds.includes("glance") ? glanceLink(lab) : null,
    target: fileTarget(join(lab.instances, "image")),
  };
}

/** A location in the lab's Ceph. */
function rbdSource(lab: Lab, url: string): UsedSource {
  const settings: RbdSettings = {
    program: lab.ceph.program,
    transfer: "sparse",
    concurrentOps: 10,
    connectTimeout: 5,
    requestTimeout: 30,
    ...parseRbdLocation(url),
    conf: lab.ceph.conf,
    user: "nova",
  };
  return { use: true, kind: "rbd", label: url, settings };
}
