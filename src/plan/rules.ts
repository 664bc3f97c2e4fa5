/**
 * What an attempt is held to, whatever source it reads: decided before the first byte.
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

/** What must hold, and how fast and patient the transfer is. Plain data. */
export interface Rules {
  /** The record; the root of trust. */
  readonly record: ImageRecord;
  /** Its size in bytes, known and checked. */
  readonly size: number;
  /** What is checked. */
  readonly verify: VerifyMode;
  /** The signature that must hold, `null` when none is asked for. */
  readonly signature: SignaturePlan | null;
  /** What is done with its chunks; `null` where nothing is. */
  readonly chunks: ChunkPlan | null;
  /** Which formats may be used. */
  readonly formats: FormatRules;
  /** Tries after the first one, for the last source. */
  readonly retries: number;
  /** Longest silence of a source, in milliseconds. */
  readonly stallTimeout: number;
  /** How fast it may be. */
  readonly rate: RateSchedule;
}

/** Of a request, what the rules depend on. */
export type RuleRequest = Pick<
  FetchRequest,
  "allowUnhashed" | "deepInspection" | "digestChunks" | "place" | "trustedCerts" | "verify"
>;

/** What rules are made with. */
export interface RuleParts {
  /** Time, log, and the files of this host. */
  readonly context: Pick<Context, "clock" | "files" | "log">;
  /** The Image API. */
  readonly client: Pick<GlanceClient, "show" | "text">;
  /** nova's configuration. */
  readonly config: Config;
  /** Where certificates are. */
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

/** The plain limit beats the schedule: it may come from a flag. */
function rateOf(config: Config): RateSchedule {
  const bytes = config.get("glance_direct.limit_rate");
  if (bytes !== undefined) return [{ minute: 0, bytes }];
  const schedule = config.get("glance_direct.bwlimit") ?? "";
  return parseRateSchedule(schedule, config.originOf("glance_direct.bwlimit"));
}

/** Certificates come before the first byte: an image nobody vouches for costs no transfer. */
async function signatureOf(
  { certificates, config, context: { clock, log } }: RuleParts,
  image: ImageRecord,
  { trustedCerts }: RuleRequest,
  signal: AbortSignal,
): Promise<SignaturePlan | null> {
  const policy = signaturePolicy({ config, trustedCerts });
  return await planSignature({ image, policy, certificates, clock, log, signal });
}
