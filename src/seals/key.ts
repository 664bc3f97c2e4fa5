/**
 * The Ed25519 keys of seals, as OpenSSL writes them: `openssl genpkey -algorithm ed25519` and
 * `openssl pkey -pubout` (RFC 8410).
 *
 * @module
 */
import { createHash } from "node:crypto";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { decodePem } from "@/signatures/pem.ts";

/** A public key; plain values. */
export interface PublicSealKey {
  /** SHA-256 of its DER (SubjectPublicKeyInfo), in hex: its name in results and envelopes. */
  readonly id: string;
  /** Its DER. */
  readonly spki: Uint8Array<ArrayBuffer>;
}

/** A key that signs seals. */
export interface Signer {
  /** The public half. */
  readonly key: PublicSealKey;
  /** Signs bytes. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** DER of an Ed25519 public key up to the key itself, which has 32 bytes (RFC 8410 §4). */
const SPKI_HEAD = Uint8Array.fromHex("302a300506032b6570032100");

const KEY_LENGTH = 32;

/**
 * Reads a public key from PEM.
 *
 * @throws {EncodingError} If it is none, or none of Ed25519.
 */
export function readPublicKey(pem: string): PublicSealKey {
  const spki = new Uint8Array(decodePem(pem, "PUBLIC KEY"));
  const isEd25519 = spki.length === SPKI_HEAD.length + KEY_LENGTH &&
    SPKI_HEAD.every((byte, index) => spki[index] === byte);
  if (!isEd25519) throw new EncodingError("it is not an Ed25519 public key");
  return publicKey(spki);
}

/**
 * Reads a private key from PEM (PKCS 8, not encrypted).
 *
 * @throws {EncodingError} If it is not an Ed25519 private key. The message does not repeat any of
 * it.
 */
export async function readSigner(pem: string): Promise<Signer> {
  const pkcs8 = new Uint8Array(decodePem(pem, "PRIVATE KEY"));
  try {
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
    return {
      key: await publicHalf(key),
      sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("Ed25519", key, bytes)),
    };
  } catch (error) {
    throw new EncodingError("it is not an Ed25519 private key", { cause: error });
  }
}

/** Whether this key signed these bytes. */
export async function isSignedBy(
  { spki }: PublicSealKey,
  signature: Uint8Array<ArrayBuffer>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const key = await crypto.subtle.importKey("spki", spki, "Ed25519", false, ["verify"]);
  return await crypto.subtle.verify("Ed25519", key, signature, bytes);
}

async function publicHalf(key: CryptoKey): Promise<PublicSealKey> {
  const { x = "" } = await crypto.subtle.exportKey("jwk", key);
  return publicKey(
    new Uint8Array([...SPKI_HEAD, ...Uint8Array.fromBase64(x, { alphabet: "base64url" })]),
  );
}

function publicKey(spki: Uint8Array<ArrayBuffer>): PublicSealKey {
  return { id: createHash("sha256").update(spki).digest("hex"), spki };
}
