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
 * @throws {EncodingError} If it is none, or none of Ed25519, or one for which anybody can sign: some
 * signatures are valid for a point of small order whatever the bytes are.
 */
export function readPublicKey(pem: string): PublicSealKey {
  const spki = new Uint8Array(decodePem(pem, "PUBLIC KEY"));
  const isEd25519 = spki.length === SPKI_HEAD.length + KEY_LENGTH &&
    SPKI_HEAD.every((byte, index) => spki[index] === byte);
  if (!isEd25519 || isOfSmallOrder(spki.subarray(SPKI_HEAD.length))) {
    throw new EncodingError("it is not an Ed25519 public key");
  }
  return publicKey(spki);
}

/**
 * The points of small order without their sign bit, canonical or not, as libsodium refuses them
 * (`ge25519_has_small_order`).
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

function isOfSmallOrder(point: Uint8Array): boolean {
  const unsigned = Uint8Array.from(point);
  unsigned[KEY_LENGTH - 1]! &= 0x7f;
  return SMALL_ORDER.has(unsigned.toHex());
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
