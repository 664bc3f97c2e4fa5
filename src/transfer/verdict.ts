/**
 * Compares computed digests with the record.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { formatBytes } from "@/human_units.ts";
import type { Rules } from "@/plan/rules.ts";
import type { Verified } from "@/transfer/result.ts";
import type { FormatInspector } from "@/formats/inspector.ts";
import type { ExpectedHash } from "@/openstack/glance/image.ts";
import { type SignaturePlan, verifySignature } from "@/signatures/signature.ts";

/** The record's hash, if it is to be computed over the whole image: a seal replaces it. */
export function expectedHash({ chunks, record, verify }: Rules): ExpectedHash | null {
  return verify === "full" && chunks?.kind !== "verify" ? record.hash : null;
}

/** Algorithms whose digest the verdict needs; a signature over the same one shares it. */
export function digestsFor(rules: Rules): ReadonlySet<string> {
  return new Set([expectedHash(rules)?.algorithm ?? [], rules.signature?.hash ?? []].flat());
}

/** What is known of the bytes when all have passed. */
export interface Content {
  /** How they were compared with the record; `null` if only their number was. */
  readonly hash: Verified["hash"];
  /** Digests over the whole image, by algorithm, to verify a signature. */
  readonly digests: ReadonlyMap<string, Uint8Array>;
  /** Digests of its chunks, if requested. */
  readonly chunks?: Uint8Array<ArrayBuffer>;
}

/**
 * The verdict over a stream with the exact size and the hash of the record.
 *
 * @throws {ToolError} `signature_invalid` or `format_rejected`.
 */
export function verdict(
  { record, signature }: Rules,
  { digests, hash }: Content,
  inspector: FormatInspector,
): Verified {
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

/**
 * Compares a digest with the record's.
 *
 * @param digests Digests by algorithm, including that of `expected`.
 * @throws {ToolError} `digest_mismatch`.
 */
export function expectDigest(
  expected: ExpectedHash,
  digests: ReadonlyMap<string, Uint8Array>,
  { record: { id }, size }: Rules,
): void {
  const { algorithm, value } = expected;
  const actual = digestOf(digests, algorithm).toHex();
  if (actual === value) return;
  throw new ToolError(
    "digest_mismatch",
    `Cannot verify image '${id}': ${algorithm} is '${actual}' after ${
      formatBytes(size)
    }, expected '${value}'`,
    { hints: [`nothing was kept; compare with the record: openstack image show ${id}`] },
  );
}
