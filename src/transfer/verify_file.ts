/**
 * Verifies a file of this host as if it came from a source.
 *
 * @module
 */
import { isConvertible, isDiskSize } from "@/cache/raw_conversion.ts";
import { noDestination } from "@/transfer/destination.ts";
import { download } from "@/transfer/engine.ts";
import { DownloadError } from "@/transfer/failure.ts";
import type { OnDownloadEvent } from "@/transfer/events.ts";
import { type FetchParts, type FetchRequest, jobOf } from "@/plan/prepare.ts";
import type { Verified } from "@/transfer/result.ts";
import { ToolError } from "@/errors.ts";
import { expectRaw } from "@/formats/raw_head.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { localFile } from "@/sources/local_file.ts";

/** What was found about a file. */
export interface FileVerdict {
  /** The file. */
  readonly path: string;
  /** Its length in bytes. */
  readonly size: number;
  /** Whether it is the raw form of the image, which no hash of Glance is over. */
  readonly converted: boolean;
  /** What was checked. */
  readonly verified: Verified;
  /** Wall time. */
  readonly seconds: number;
}

/** A file is verified whole, or not at all. */
const REQUEST: Omit<FetchRequest, "trustedCerts"> = {
  verify: "full",
  allowUnhashed: false,
  fallback: false,
  force: false,
  deepInspection: true,
};

/**
 * Compares a file with the record: size, hash, signature, format. Of a base that was made raw only
 * size and format can be compared.
 *
 * @param trustedCerts Ids of the certificates that count; empty takes the configured ones.
 * @throws {ToolError} With a code of status 65, if the file is not the image; `not_found` or `usage`,
 * if there is none.
 */
export async function verifyFile(
  parts: FetchParts,
  record: ImageRecord,
  path: string,
  trustedCerts: readonly string[],
  onEvent: OnDownloadEvent,
  signal: AbortSignal,
): Promise<FileVerdict> {
  const info = parts.context.files.stat(path);
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
  if (isConvertible(record.diskFormat) && size !== record.size && isRawCopy(record, size)) {
    return verifyRaw(parts, record, path, size);
  }
  const job = { ...await jobOf(parts, record, { ...REQUEST, trustedCerts }, signal), retries: 0 };
  const source = localFile(parts.context.files, path);
  const location = { url: source.label, metadata: {} };
  const plan = [{ use: true, location, source }] as const;
  const destination = noDestination(path);
  const { context } = parts;
  const result = await download({ context, job, plan, destination, onEvent }, signal)
    .catch((error) => {
      // There is one file and nothing to fall back to: its own failure says it all.
      throw error instanceof DownloadError ? error.cause : error;
    });
  return { path, size, converted: false, verified: result.verified, seconds: result.seconds };
}

function isRawCopy({ virtualSize }: ImageRecord, size: number): boolean {
  return virtualSize !== null && isDiskSize(size, virtualSize);
}

function verifyRaw(
  { context }: FetchParts,
  record: ImageRecord,
  path: string,
  size: number,
): FileVerdict {
  using file = context.files.open(path);
  expectRaw(file);
  const format = { declared: record.diskFormat, detected: "raw" };
  const verified = { size: true, hash: null, signature: null, format };
  return { path, size, converted: true, verified, seconds: 0 };
}
