/**
 * What a transfer of an image is told, decided before the first byte: its plan and its job.
 *
 * @module
 */
import { clusterFor } from "@/config/ceph_clusters.ts";
import type { Config } from "@/config/config.ts";
import { parseRateSchedule } from "@/config/rate_schedule.ts";
import type { Context } from "@/context.ts";
import { expectComparable, expectFetchable } from "@/plan/admission.ts";
import type { DownloadJob, VerifyMode } from "@/plan/job.ts";
import { localityOf, nearFirst, preferredStores } from "@/plan/locality.ts";
import { type PlanEntry, planSources } from "@/plan/plan.ts";
import { sourceRegistry, type SourceSettings, sourceSettings } from "@/plan/sources.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { GlanceAccess } from "@/openstack/glance/open.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { SourceKind } from "@/sources/source.ts";
import type { RateSchedule } from "@/bytes/rate_schedule.ts";
import type { CertificateSource } from "@/signatures/certificate_source.ts";
import type { SignaturePlan } from "@/signatures/signature.ts";
import { planSignature } from "@/signatures/signature_planner.ts";
import { signaturePolicy } from "@/signatures/signature_policy.ts";

/** How one image is wanted. */
export interface FetchRequest {
  /** What is checked. */
  readonly verify: VerifyMode;
  /** Accept an image without any hash. */
  readonly allowUnhashed: boolean;
  /** Use sources of this kind only. */
  readonly only?: SourceKind | undefined;
  /** Whether a second source may be tried. */
  readonly fallback: boolean;
  /** Ids of the certificates that the signer's chain must lead to; empty takes the configured ones. */
  readonly trustedCerts: readonly string[];
  /** Whether all rules for formats are enforced here; without, only those that reach other files. */
  readonly deepInspection: boolean;
  /** Fetch and replace even if it is there. */
  readonly force: boolean;
}

/** What fetching is done with. */
export interface FetchParts {
  /** The outside world. */
  readonly context: Context;
  /** nova's configuration. */
  readonly config: Config;
  /** How the Image API is reached. */
  readonly access: GlanceAccess;
  /** The Image API. */
  readonly client: GlanceClient;
  /** Where certificates are. */
  readonly certificates: CertificateSource;
  /** `rbd` elsewhere than the built-in path; for the demo and for tests. */
  readonly rbdProgram?: string | undefined;
}

/**
 * The plan of an image: every source, and why it would not be used.
 *
 * @throws {ToolError} `image_not_active`, `temporary`, `not_found` or `hash_missing`.
 */
export async function planImage(
  parts: FetchParts,
  record: ImageRecord,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<readonly PlanEntry[]> {
  expectFetchable(record, request);
  const { client, config, context } = parts;
  const locality = localityOf(config, context.files);
  const locations = nearFirst(await client.locations(record, signal), locality);
  const { only, fallback } = request;
  const registry = sourceRegistry({
    context,
    client,
    clusterFor: (fsid) => clusterFor(fsid, config, context.files),
    settings: sourcesOf(parts, record, request),
  });
  return planSources(record, locations, registry, only ? { only, fallback } : { fallback });
}

/** How the sources of this image are read. */
export function sourcesOf(
  { config, context, rbdProgram }: FetchParts,
  record: ImageRecord,
  { only }: FetchRequest,
): SourceSettings {
  const prefer = preferredStores(record, localityOf(config, context.files));
  return sourceSettings(config, { only, prefer, rbdProgram });
}

/**
 * All that a transfer of this image is told.
 *
 * @throws {ToolError} `hash_missing`, and what the signature's plan throws.
 */
export async function jobOf(
  parts: FetchParts,
  record: ImageRecord,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<DownloadJob> {
  const { config } = parts;
  return {
    record,
    size: expectComparable(record, request),
    verify: request.verify,
    signature: await signatureOf(parts, record, request, signal),
    formats: {
      vmdkAllowedTypes: config.get("compute.vmdk_allowed_types"),
      deep: request.deepInspection && !config.get("workarounds.disable_deep_image_inspection"),
    },
    retries: config.get("glance_direct.retries"),
    stallTimeout: config.get("glance_direct.stall_timeout"),
    rate: rateOf(config),
  };
}

/** The plain limit beats the schedule: it may come from a flag. */
function rateOf(config: Config): RateSchedule {
  const bytes = config.get("glance_direct.limit_rate");
  if (bytes !== undefined) return [{ minute: 0, bytes }];
  const schedule = config.get("glance_direct.bwlimit") ?? "";
  return parseRateSchedule(schedule, config.originOf("glance_direct.bwlimit"));
}

/** Certificates come before the first byte: an image nobody vouches for costs no transfer. */
async function signatureOf(
  { certificates, config, context: { clock, log } }: FetchParts,
  image: ImageRecord,
  { trustedCerts }: FetchRequest,
  signal: AbortSignal,
): Promise<SignaturePlan | null> {
  const policy = signaturePolicy({ config, trustedCerts });
  return await planSignature({ image, policy, certificates, clock, log, signal });
}
