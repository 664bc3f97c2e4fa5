/**
 * The rules of an attempt, decided before the first byte; they are the same for every source.
 *
 * @module
 */
import type { RateSchedule } from "@/bytes/rate_schedule.ts";
import type { Config } from "@/config/config.ts";
import { parseRateSchedule } from "@/config/rate_schedule.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { expectComparable } from "@/plan/admission.ts";
import { type ChunkPlan, chunkPlan } from "@/plan/chunks.ts";
import { acceptedRules, type FormatRules } from "@/plan/format_rules.ts";
import type { FetchRequest, VerifyMode } from "@/plan/request.ts";
import type { CertificateSource } from "@/signatures/certificate_source.ts";
import type { SignaturePlan } from "@/signatures/signature.ts";
import { planSignature, signaturePolicy } from "@/signatures/policy.ts";

/** What the image must satisfy, and the limits of the transfer. Plain data. */
export interface Rules {
  /** The record; the root of trust. */
  readonly record: ImageRecord;
  /** Its size in bytes, already checked. */
  readonly size: number;
  /** What to verify. */
  readonly verify: VerifyMode;
  /** The signature to verify, `null` if none is required. */
  readonly signature: SignaturePlan | null;
  /** How to process its chunks; `null` if not at all. */
  readonly chunks: ChunkPlan | null;
  /** Accepted formats. */
  readonly formats: FormatRules;
  /** Retries of the last source. */
  readonly retries: number;
  /** Longest time without data from a source, in milliseconds. */
  readonly stallTimeout: number;
  /** The rate limits. */
  readonly rate: RateSchedule;
}

/** The part of a request that the rules depend on. */
export type RuleRequest = Pick<
  FetchRequest,
  | "allowUnhashed"
  | "deepInspection"
  | "digestChunks"
  | "place"
  | "transfers"
  | "trustedCerts"
  | "verify"
>;

/** What making the rules needs. */
export interface RuleParts {
  /** Time, log, and the files of this host. */
  readonly context: Pick<Context, "clock" | "files" | "log">;
  /** The Image API. */
  readonly client: Pick<GlanceClient, "show" | "text">;
  /** nova's configuration. */
  readonly config: Config;
  /** Where to find certificates. */
  readonly certificates: CertificateSource;
}

/**
 * The rules for an image.
 *
 * @throws {ToolError} As `expectComparable`, `acceptedRules` and `planSignature`.
 */
export async function rulesOf(
  parts: RuleParts,
  record: ImageRecord,
  request: RuleRequest,
  signal: AbortSignal,
): Promise<Rules> {
  const { config } = parts;
  return {
    record,
    size: expectComparable(record, request),
    verify: request.verify,
    formats: acceptedRules(parts, record, request),
    signature: await signatureOf(parts, record, request, signal),
    chunks: await chunkPlan(parts, record, request, signal),
    retries: config.get("glance_direct.retries"),
    stallTimeout: config.get("glance_direct.stall_timeout"),
    rate: rateOf(config),
  };
}

/** The plain limit overrides the schedule: it may come from a flag. */
function rateOf(config: Config): RateSchedule {
  const bytes = config.get("glance_direct.limit_rate");
  if (bytes !== undefined) return [{ minute: 0, bytes }];
  const schedule = config.get("glance_direct.bwlimit") ?? "";
  return parseRateSchedule(schedule, config.originOf("glance_direct.bwlimit"));
}

/** Certificates are checked before the first byte: an untrusted image costs no transfer. */
async function signatureOf(
  { certificates, config, context: { clock, log } }: RuleParts,
  image: ImageRecord,
  { trustedCerts }: RuleRequest,
  signal: AbortSignal,
): Promise<SignaturePlan | null> {
  const policy = signaturePolicy(config, trustedCerts);
  return await planSignature({ image, policy, certificates, clock, log, signal });
}
