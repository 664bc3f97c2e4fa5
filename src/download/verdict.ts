/**
 * Compares what was computed with what the record promises.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { DownloadJob } from "@/download/job.ts";
import type { Verified } from "@/download/result.ts";
import type { ExpectedHash } from "@/glance/image.ts";

/** Algorithms whose digest the verdict needs. */
export function digestsFor({ record, verify }: DownloadJob): ReadonlySet<string> {
  return new Set(verify === "full" && record.hash !== null ? [record.hash.algorithm] : []);
}

/**
 * The verdict over a stream whose size was exact.
 *
 * @throws {ToolError} `digest_mismatch`, if a digest differs.
 */
export function checkDigests(
  job: DownloadJob,
  digests: ReadonlyMap<string, Uint8Array>,
): Verified {
  const { record, verify } = job;
  const hash = verify === "full" ? record.hash : null;
  if (hash !== null) expectDigest(hash, digests.get(hash.algorithm), job);
  return { size: true, hash, signature: null, format: null };
}

function expectDigest(expected: ExpectedHash, digest: Uint8Array | undefined, job: DownloadJob) {
  const actual = digest?.toHex() ?? "";
  if (actual === expected.value) return;
  throw new ToolError(
    "digest_mismatch",
    `Cannot verify image '${job.record.id}': ${expected.algorithm} is '${actual}' after ${job.size} bytes, expected '${expected.value}'`,
    { hints: ["compare with the record: openstack image show; nothing was kept"] },
  );
}
