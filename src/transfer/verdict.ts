/**
 * Compares what was computed with what the record promises.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { DownloadJob } from "@/plan/job.ts";
import type { Verified } from "@/transfer/result.ts";
import type { FormatInspector } from "@/formats/inspector.ts";
import type { ExpectedHash } from "@/openstack/glance/image.ts";
import { type SignaturePlan, verifySignature } from "@/signatures/signature.ts";

/** Algorithms whose digest the verdict needs; a signature over the same one shares it. */
export function digestsFor({ record, signature, verify }: DownloadJob): ReadonlySet<string> {
  const hash = verify === "full" ? record.hash : null;
  return new Set([hash?.algorithm ?? [], signature?.hash ?? []].flat());
}

/**
 * The verdict over a stream whose size was exact.
 *
 * @param digests By algorithm, all of {@linkcode digestsFor}.
 * @throws {ToolError} `digest_mismatch`, `signature_invalid` or `format_rejected`.
 */
export function verdict(
  job: DownloadJob,
  digests: ReadonlyMap<string, Uint8Array>,
  inspector: FormatInspector,
): Verified {
  const { record, signature, verify } = job;
  const hash = verify === "full" ? record.hash : null;
  if (hash !== null) expectDigest(hash, digestOf(digests, hash.algorithm), job);
  if (signature !== null) verifySignature(signature, digestOf(digests, signature.hash));
  const { detected } = inspector.finish();
  return {
    size: true,
    hash,
    signature: signature === null ? null : signatureVerified(signature),
    format: { declared: record.diskFormat, detected },
  };
}

function signatureVerified({ keyType, hash, certificate }: SignaturePlan): Verified["signature"] {
  return { key_type: keyType, hash, certificate: certificate.id, subject: certificate.subject };
}

function digestOf(digests: ReadonlyMap<string, Uint8Array>, algorithm: string): Uint8Array {
  const digest = digests.get(algorithm);
  if (digest === undefined) throw new TypeError(`no digest '${algorithm}' was computed`);
  return digest;
}

function expectDigest(expected: ExpectedHash, digest: Uint8Array, job: DownloadJob): void {
  const actual = digest.toHex();
  if (actual === expected.value) return;
  throw new ToolError(
    "digest_mismatch",
    `Cannot verify image '${job.record.id}': ${expected.algorithm} is '${actual}' after ${job.size} bytes, expected '${expected.value}'`,
    { hints: [`nothing was kept; compare with the record: openstack image show ${job.record.id}`] },
  );
}
