/**
 * The four properties of a signed image, validated with the names and rules of cursive's
 * `signature_utils.get_verifier`.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { decodeBase64 } from "@/signatures/pem.ts";
import type { DigestName } from "@/signatures/digest.ts";

/** A `signature_invalid` error about an image, with the reason after the colon. */
export function signatureError(
  image: string,
  reason: string,
  hints: readonly string[] = [],
): ToolError {
  const message = `Cannot verify the signature of image '${image}': ${reason}`;
  return new ToolError("signature_invalid", message, { hints });
}

const NAMES = {
  signature: "img_signature",
  hash: "img_signature_hash_method",
  keyType: "img_signature_key_type",
  certificateId: "img_signature_certificate_uuid",
} as const;

const HASHES: ReadonlyMap<string, SignatureHash> = new Map([
  ["SHA-224", "sha224"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

/** Supported types of keys, by their name in the properties. */
export const KEY_TYPES = ["RSA-PSS", "DSA", "ECC_SECP384R1", "ECC_SECP521R1"] as const;

/** Nova's other names: binary curves, which cryptography 47 removed after CVE-2026-26007. */
const BINARY_CURVES: readonly string[] = [
  "ECC_SECT409K1",
  "ECC_SECT409R1",
  "ECC_SECT571K1",
  "ECC_SECT571R1",
];

/** The type of a signing key, by its name in the properties. */
export type KeyType = typeof KEY_TYPES[number];

/** A supported hash for image signatures. */
export type SignatureHash = Exclude<DigestName, "sha1">;

/** The signature properties of an image. */
export interface SignatureProperties {
  /** The signature, decoded; not empty. */
  readonly signature: Uint8Array;
  /** The hash over the data that was signed. */
  readonly hash: SignatureHash;
  /** The type of the signing key. */
  readonly keyType: KeyType;
  /** Id of the certificate of the signing key; untrusted text. */
  readonly certificateId: string;
}

/** Whether an image has any signature property. */
export function isSigned(image: Pick<ImageRecord, "properties">): boolean {
  return Object.values(NAMES).some((name) => image.properties[name] !== undefined);
}

/**
 * Reads the signature of an image.
 *
 * @throws {ToolError} `signature_missing`, if one of the properties is missing;
 * `signature_invalid`, if one is not valid.
 */
export function readSignatureProperties(
  image: Pick<ImageRecord, "id" | "properties">,
): SignatureProperties {
  const missing = Object.values(NAMES).filter((name) => image.properties[name] === undefined);
  if (missing.length > 0) throw unsigned(image.id, missing);
  const text = (name: string) => image.properties[name] ?? "";
  return {
    signature: signatureOf(text(NAMES.signature), image.id),
    hash: hashOf(text(NAMES.hash), image.id),
    keyType: keyTypeOf(text(NAMES.keyType), image.id),
    certificateId: text(NAMES.certificateId),
  };
}

function signatureOf(text: string, id: string): Uint8Array {
  const signature = decodeBase64(text);
  if (signature !== null && signature.length > 0) return signature;
  const said = signature === null ? "is not base64" : "is empty";
  throw signatureError(id, `'${NAMES.signature}' ${said}`, ["encode it: base64 -w0 SIGNATURE"]);
}

function hashOf(text: string, id: string): SignatureHash {
  const hash = HASHES.get(text);
  if (hash !== undefined) return hash;
  const allowed = [...HASHES.keys()].join(", ");
  throw signatureError(id, `'${NAMES.hash}' is ${JSON.stringify(text)}, allowed are ${allowed}`);
}

function keyTypeOf(text: string, id: string): KeyType {
  const keyType = KEY_TYPES.find((name) => name === text);
  if (keyType !== undefined) return keyType;
  const allowed = KEY_TYPES.join(", ");
  if (BINARY_CURVES.includes(text)) {
    throw signatureError(
      id,
      `its key type '${text}' is a binary curve, which OpenStack's own library no longer verifies (CVE-2026-26007)`,
      [`sign it again with a key of type ${allowed}`],
    );
  }
  throw signatureError(id, `'${NAMES.keyType}' is ${JSON.stringify(text)}, allowed are ${allowed}`);
}

function unsigned(id: string, missing: readonly string[]): ToolError {
  return new ToolError(
    "signature_missing",
    `Cannot verify the signature of image '${id}': it has no property '${missing.join("', '")}'`,
    {
      hints: [
        "sign the image and set all four properties: openstack image set --property img_signature=…",
        "signatures are required by [glance]verify_glance_signatures and by trusted certificates",
      ],
    },
  );
}
