/**
 * The RSA operation itself (RSAVP1, RFC 8017 §5.2.2) and the padding of certificates' signatures
 * (RSASSA-PKCS1-v1_5, §8.2.2).
 *
 * @module
 */
import { bitLength, bytesToInteger, integerToBytes, modPow } from "@/signatures/big_integer.ts";
import { type DigestName, sameBytes } from "@/signatures/digest.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import type { RsaKey } from "@/signatures/public_key.ts";

/** `DigestInfo` up to the digest (RFC 8017 §9.2, note 1). */
const DIGEST_INFO: Readonly<Record<DigestName, string>> = {
  sha1: "3021300906052b0e03021a05000414",
  sha224: "302d300d06096086480165030402040500041c",
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

/** Length of a key's modulus, and so of its signatures, in bytes. */
export function modulusLength(key: RsaKey): number {
  return Math.ceil(bitLength(key.modulus) / 8);
}

/**
 * The number that a signature is. One without its leading zero bytes is read too: OpenSSL does so, and
 * so Glance takes images that are signed like that.
 *
 * @throws {EncodingError} If it is longer than the modulus, or not below it.
 */
export function readRsaSignature(key: RsaKey, signature: Uint8Array): bigint {
  const length = modulusLength(key);
  if (signature.length > length) {
    throw new EncodingError(`${signature.length} bytes, but the key makes signatures of ${length}`);
  }
  const number = bytesToInteger(signature);
  if (number >= key.modulus) throw new EncodingError("it is larger than the key's modulus");
  return number;
}

/**
 * The number that was signed.
 *
 * @throws {EncodingError} As {@linkcode readRsaSignature}.
 */
export function recoverRsaMessage(key: RsaKey, signature: Uint8Array): bigint {
  return modPow(readRsaSignature(key, signature), key.exponent, key.modulus);
}

/**
 * Whether a PKCS#1 v1.5 signature over a digest is the key's.
 *
 * @throws {EncodingError} As {@linkcode readRsaSignature}.
 */
export function verifyPkcs1(
  key: RsaKey,
  hash: DigestName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  return signature.length === modulusLength(key) &&
    isPkcs1Message(key, hash, digest, recoverRsaMessage(key, signature));
}

/**
 * Whether what was signed is a digest with the padding of PKCS#1 v1.5. The whole padding is compared,
 * not parsed, so there is nothing to hide in it (CVE-2006-4339).
 *
 * @param message What {@linkcode recoverRsaMessage} gave.
 */
export function isPkcs1Message(
  key: RsaKey,
  hash: DigestName,
  digest: Uint8Array,
  message: bigint,
): boolean {
  const length = modulusLength(key);
  const info = integerToBytes(BigInt(`0x${DIGEST_INFO[hash]}`), DIGEST_INFO[hash].length / 2);
  const filling = length - 3 - info.length - digest.length;
  if (filling < 8) return false;
  const expected = [0, 1, ...new Array<number>(filling).fill(0xff), 0, ...info, ...digest];
  return sameBytes(integerToBytes(message, length), Uint8Array.from(expected));
}
