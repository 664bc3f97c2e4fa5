/**
 * Verifies a file of this host like the data of a source.
 *
 * @module
 */
import { isRawCopy, isRawCopySize } from "@/cache/raw_copy.ts";
import { noDestination } from "@/transfer/destination.ts";
import { download } from "@/transfer/engine.ts";
import { DownloadError } from "@/transfer/failure.ts";
import type { OnDownloadEvent } from "@/transfer/events.ts";
import { allCores, type ChunkPlan } from "@/plan/chunks.ts";
import { inspectsPartitions } from "@/plan/format_rules.ts";
import type { FetchParts } from "@/plan/plan.ts";
import type { FetchRequest } from "@/plan/request.ts";
import { type RuleRequest, rulesOf } from "@/plan/rules.ts";
import type { Verified } from "@/transfer/result.ts";
import { ToolError } from "@/errors.ts";
import { expectRaw } from "@/formats/raw_head.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { localFile } from "@/sources/local_file.ts";

/** The result for a file. */
export interface FileVerdict {
  /** The file. */
  readonly path: string;
  /** Its length in bytes. */
  readonly size: number;
  /** Whether it is the raw form of the image, for which Glance has no hash. */
  readonly converted: boolean;
  /** What was verified. */
  readonly verified: Verified;
  /** Why the record is not sufficient to verify the file; `null` if it is. */
  readonly unchecked: string | null;
  /** Wall time. */
  readonly seconds: number;
}

/** How to verify a file. */
export type FileRequest = Pick<FetchRequest, "allowUnhashed" | "trustedCerts">;

/** A file is verified completely or not at all. */
const REQUEST: Omit<RuleRequest, keyof FileRequest | "place"> = {
  verify: "full",
  deepInspection: true,
};

/**
 * Compares a file with the record: size, hash, signature, format. For a base that was converted to
 * raw, only size and format can be compared.
 *
 * @throws {ToolError} With a code of status 65, if the file is not the image; `not_found` or
 * `usage`, if there is no file.
 */
export async function verifyFile(
  parts: FetchParts,
  record: ImageRecord,
  path: string,
  request: FileRequest,
  onEvent: OnDownloadEvent,
  signal: AbortSignal,
): Promise<FileVerdict> {
  const { config, context } = parts;
  const info = context.files.stat(path);
  if (info === undefined) {
    throw new ToolError("not_found", `Cannot verify '${path}': there is no such file`, {
      hints: [`fetch it: glance-direct fetch ${record.id}`],
    });
  }
  if (!info.isFile) {
    throw new ToolError("usage", `Cannot verify '${path}': it is not a regular file`, {
      hints: ["name the file: glance-direct verify IMAGE PATH"],
    });
  }
  const { size } = info;
  if (isRawCopy(context.files, record, path, config.get("DEFAULT.force_raw_images"))) {
    return verifyRaw(parts, record, path, size);
  }
  const asked = { ...REQUEST, ...request, place: { kind: "file", path } } as const;
  const planned = await rulesOf(parts, record, asked, signal);
  const rules = { ...planned, retries: 0, chunks: allNamed(planned.chunks) };
  const sources = [localFile(context.files, path)];
  const destination = noDestination(path);
  const { verified, seconds } = await download(
    { context, rules, sources, destination, onEvent },
    signal,
  )
    .catch((error) => {
      // There is one file and no fallback, so its own error is sufficient.
      throw error instanceof DownloadError ? error.cause : error;
    });
  const isProven = verified.hash !== null || verified.signature !== null;
  const unchecked = isProven ? null : "its record has neither os_hash_value nor checksum";
  return { path, size, converted: false, verified, unchecked, seconds };
}

/** The user waits for this, and needs to know every wrong place. */
function allNamed(plan: ChunkPlan | null): ChunkPlan | null {
  if (plan?.kind !== "verify") return plan;
  return { ...plan, workers: allCores(), stopAtFirst: false };
}

function verifyRaw(
  parts: FetchParts,
  record: ImageRecord,
  path: string,
  size: number,
): FileVerdict {
  using file = parts.context.files.open(path);
  expectRaw(file, inspectsPartitions(parts));
  const isSized = isRawCopySize(size, record) !== undefined;
  const format = { declared: record.diskFormat, detected: "raw" };
  const verified = { size: isSized, hash: null, signature: null, format };
  const unchecked = isSized ? null : "its record has no virtual_size to compare its length with";
  return { path, size, converted: true, verified, unchecked, seconds: 0 };
}
