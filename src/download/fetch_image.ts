/**
 * One image from its name to its file: record, admission, cache, lock, plan, download.
 *
 * @module
 */
import { dirname } from "node:path";
import { anySignal } from "@/any_signal.ts";
import { expectSpace, type SpaceNeed } from "@/cache/free_space.ts";
import { lockPath } from "@/cache/paths.ts";
import { isConvertible } from "@/cache/raw_conversion.ts";
import type { Config } from "@/config/config.ts";
import type { Context, FileLock, Files } from "@/context.ts";
import { admit } from "@/download/admission.ts";
import { isMadeRaw } from "@/download/cache_target.ts";
import { cachedResult } from "@/download/cached.ts";
import type { Destination } from "@/download/destination.ts";
import { download } from "@/download/engine.ts";
import type { OnDownloadEvent } from "@/download/events.ts";
import type { DownloadJob, VerifyMode } from "@/download/job.ts";
import { localityOf, nearFirst, preferredStores } from "@/download/locality.ts";
import { type PlanEntry, planSources } from "@/download/plan.ts";
import type { FetchResult } from "@/download/result.ts";
import { sourceRegistry } from "@/download/sources.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { GlanceClient } from "@/glance/client.ts";
import type { ImageRecord } from "@/glance/image.ts";
import type { SourceKind } from "@/handlers/handler.ts";
import type { CertificateSource } from "@/verify/certificate_source.ts";
import type { SignaturePlan } from "@/verify/signature.ts";
import { planSignature } from "@/verify/signature_planner.ts";
import { signaturePolicy } from "@/verify/signature_policy.ts";

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
  /** Fetch and replace even if it is there. */
  readonly force: boolean;
}

/** What fetching is done with. */
export interface FetchParts {
  /** The outside world. */
  readonly context: Context;
  /** nova's configuration. */
  readonly config: Config;
  /** The Image API. */
  readonly client: GlanceClient;
  /** Where certificates are. */
  readonly certificates: CertificateSource;
  /** `rbd` elsewhere than the built-in path; for tests. */
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
  admit(record, request);
  const { client, config, context } = parts;
  const locality = localityOf(config, context.files);
  const locations = nearFirst(await client.locations(record, signal), locality);
  const { only, fallback } = request;
  const prefer = preferredStores(record, locality);
  const registry = sourceRegistry({ ...parts, only, prefer });
  return planSources(record, locations, registry, only ? { only, fallback } : { fallback });
}

/**
 * Fetches an image to a destination.
 *
 * @throws {ToolError} With the code of what went wrong; then nothing has the final name.
 */
export async function fetchImage(
  parts: FetchParts,
  record: ImageRecord,
  request: FetchRequest,
  destination: Destination,
  onEvent: OnDownloadEvent,
  signal: AbortSignal,
): Promise<FetchResult> {
  const plan = await planImage(parts, record, request, signal);
  const job = await jobOf(parts, record, request, signal);
  return await download({ context: parts.context, job, plan, destination, onEvent }, signal);
}

/**
 * All that a transfer of this image is told.
 *
 * @throws {ToolError} As {@linkcode planImage}, and what the signature's plan throws.
 */
export async function jobOf(
  parts: FetchParts,
  record: ImageRecord,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<DownloadJob> {
  const { config } = parts;
  const limit = config.get("glance_direct.limit_rate");
  return {
    record,
    size: admit(record, request),
    verify: request.verify,
    signature: await signatureOf(parts, record, request, signal),
    formats: {
      vmdkAllowedTypes: config.get("compute.vmdk_allowed_types"),
      deep: !config.get("workarounds.disable_deep_image_inspection"),
    },
    retries: config.get("glance_direct.retries"),
    stallTimeout: config.get("glance_direct.stall_timeout"),
    rate: () => limit ?? undefined,
  };
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

/**
 * Fetches an image into nova's cache: once for all processes that ask at the same time.
 *
 * @param path The base file.
 * @throws {ToolError} As {@linkcode fetchImage}, and `locked` when another process does not finish.
 */
export async function fetchIntoCache(
  parts: FetchParts,
  record: ImageRecord,
  request: FetchRequest,
  destination: Destination,
  onEvent: OnDownloadEvent,
  signal: AbortSignal,
): Promise<FetchResult> {
  admit(record, request);
  const { files } = parts.context;
  const find = () => request.force ? undefined : cachedResult(files, record, destination.path);
  const before = find();
  if (before !== undefined) return before;
  files.makeDirectory(dirname(destination.path), 0o755);
  expectSpace(files, parts.context.log, spaceNeed(parts.config, record, destination.path));
  using _lock = await waitForLock(parts, destination.path, signal);
  return find() ?? await fetchImage(parts, record, request, destination, onEvent, signal);
}

/** The smaller formats are dense; what is raw may be mostly holes. */
function spaceNeed(config: Config, record: ImageRecord, path: string): SpaceNeed {
  return {
    path,
    size: record.size ?? 0,
    isSparse: !isConvertible(record.diskFormat),
    isConverted: isMadeRaw(config, record),
    reserved: config.get("DEFAULT.reserved_host_disk_mb") * (1 << 20),
  };
}

/** Milliseconds after which a wait is worth a word. */
const NOTICE = 1000;

async function waitForLock(
  { context, config }: FetchParts,
  path: string,
  signal: AbortSignal,
): Promise<FileLock> {
  const { clock, files, log } = context;
  const timeout = config.get("glance_direct.lock_timeout");
  const expiry = new AbortController();
  const done = new AbortController();
  clock.sleep(NOTICE, done.signal)
    .then(() => log("info", `waiting for another process that makes '${path}'`))
    .catch(() => {});
  clock.sleep(timeout, done.signal).then(() => expiry.abort(lockedError(path, timeout)))
    .catch(() => {});
  try {
    const lock = await files.lock(lockPath(path), anySignal(signal, expiry.signal));
    return removedAtEnd(files, lockPath(path), lock);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    done.abort();
  }
}

/** The file goes with its lock: whoever waits for it notices and takes a new one. */
function removedAtEnd(files: Files, path: string, lock: FileLock): FileLock {
  return {
    [Symbol.dispose]() {
      files.remove(path);
      lock[Symbol.dispose]();
    },
  };
}

function lockedError(path: string, timeout: number): ToolError {
  return new ToolError(
    "locked",
    `Cannot make '${path}': another process holds its lock for more than ${timeout / 1000} s`,
    { hints: [`see who: fuser -v '${lockPath(path)}'; the bound is [glance_direct]lock_timeout`] },
  );
}
