/**
 * The signature of an image: the plan, made before any byte is downloaded, and the verdict over the
 * digest of the data. The rules are cursive's, except that the curve of a key must be the one in
 * the properties.
 *
 * @module
 */
import { bitLen } from "@noble/curves/utils.js";
import { messageOf } from "@/errors.ts";
import {
  type DsaKey,
  type EcKey,
  keyName,
  orderOf,
  type PublicKey,
  type RsaKey,
} from "@/signatures/public_key.ts";
import { DIGEST_LENGTH } from "@/signatures/digest.ts";
import { readSignaturePair, verifyPair } from "@/signatures/dsa_ecdsa.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import {
  isPkcs1Message,
  isPssMessage,
  leastModulusBits,
  readRsaSignature,
  recoverRsaMessage,
} from "@/signatures/rsa.ts";
import {
  type KeyType,
  signatureError,
  type SignatureHash,
  type SignatureProperties,
} from "@/signatures/properties.ts";
import type { Certificate } from "@/signatures/certificate.ts";

/** The certificate of the signing key. */
export interface SigningCertificate {
  /** Its id in the certificate source. */
  readonly id: string;
  /** Its subject, for people. */
  readonly subject: string;
  /** Its last moment of validity. */
  readonly notAfter: Date;
  /** Whether a chain leads from it to a trusted root; if not, its owner is unknown. */
  readonly trusted: boolean;
}

/** How to verify a signed image. Plain data, so that it can be sent to a Worker. */
export interface SignaturePlan {
  /** The image's id. */
  readonly image: string;
  /** The kind of signature. */
  readonly keyType: KeyType;
  /** The hash over the data that was signed. */
  readonly hash: SignatureHash;
  /** The signing key. */
  readonly key: RsaKey | DsaKey | EcKey;
  /** The signature. */
  readonly signature: Uint8Array;
  /** The owner of the key. */
  readonly certificate: SigningCertificate;
}

/** The kind of key for each type. */
const KEY_OF: Readonly<Record<KeyType, string>> = {
  "RSA-PSS": "RSA",
  "DSA": "DSA",
  "ECC_SECP384R1": "P-384",
  "ECC_SECP521R1": "P-521",
};

/**
 * Combines the properties of an image with the certificate that they name. Checks everything that
 * does not need the data: the type of the key and the form of the signature.
 *
 * @param trusted Whether the certificate was verified.
 * @throws {ToolError} `signature_invalid`.
 */
export function signaturePlan(
  image: string,
  properties: SignatureProperties,
  certificate: Certificate,
  trusted: boolean,
): SignaturePlan {
  const { keyType, hash, certificateId: id } = properties;
  const key = keyOfType(image, properties, certificate.publicKey);
  const signature = properties.signature;
  checkForm({ image, key, hash, signature });
  const { subject, notAfter } = certificate;
  return {
    image,
    keyType,
    hash,
    key,
    signature,
    certificate: { id, subject: subject.text, notAfter: new Date(notAfter), trusted },
  };
}

function keyOfType(
  image: string,
  { keyType, certificateId }: SignatureProperties,
  key: PublicKey,
): SignaturePlan["key"] {
  if (key.kind !== "foreign" && keyName(key) === KEY_OF[keyType]) return key;
  throw signatureError(
    image,
    `certificate '${certificateId}' has a key of kind ${keyName(key)}, but '${keyType}' means ${
      KEY_OF[keyType]
    }`,
    ["correct img_signature_key_type, or sign the image again with a key of that type"],
  );
}

type Signed = Pick<SignaturePlan, "image" | "key" | "hash" | "signature">;

function checkForm({ image, key, hash, signature }: Signed): void {
  try {
    if (key.kind === "rsa") readRsaSignature(key, signature);
    else readSignaturePair(signature, orderOf(key));
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw signatureError(image, `'img_signature' is malformed: ${messageOf(error)}`);
  }
  if (key.kind === "rsa" && bitLen(key.modulus) < leastModulusBits(hash)) {
    throw signatureError(image, `the certificate's RSA key is too short for ${hash}`);
  }
}

/**
 * Verifies a plan against the data.
 *
 * @param digest The data's hash by the plan's algorithm.
 * @throws {ToolError} `signature_invalid`, if the certificate's key did not sign this digest.
 */
export function verifySignature(plan: SignaturePlan, digest: Uint8Array): void {
  if (digest.length !== DIGEST_LENGTH[plan.hash]) {
    throw new TypeError(`a digest of ${digest.length} bytes for ${plan.hash}`);
  }
  if (plan.key.kind === "rsa") return verifyRsa(plan, plan.key, digest);
  if (!verifyPair(plan.key, digest, plan.signature)) throw notSigned(plan, digest);
}

function verifyRsa(plan: SignaturePlan, key: RsaKey, digest: Uint8Array): void {
  const { image, hash, signature } = plan;
  const message = recoverRsaMessage(key, signature);
  if (isPssMessage(key, hash, digest, message)) return;
  if (isPkcs1Message(key, hash, digest, message)) {
    const hints = [`sign it again: ${pssCommand(hash)}`];
    throw signatureError(image, "it is a PKCS#1 v1.5 signature, not RSA-PSS", hints);
  }
  throw notSigned(plan, digest);
}

/** Every OpenStack release accepts the longest salt; cryptography before 43 accepts no other. */
function pssCommand(hash: SignatureHash): string {
  return `openssl dgst -${hash} -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max -sign KEY.pem -out SIGNATURE IMAGE`;
}

function notSigned({ image, hash, certificate }: SignaturePlan, digest: Uint8Array) {
  return signatureError(
    image,
    `the data's ${hash} '${digest.toHex()}' is not what the key of certificate '${certificate.id}' ('${certificate.subject}') signed`,
    ["find out who changed the image: its data, its 'img_signature' or the certificate it names"],
  );
}
