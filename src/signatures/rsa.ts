/**
 * RSA over a given digest: the operation itself (RSAVP1, RFC 8017 §5.2.2), the padding of
 * certificates' signatures (PKCS#1 v1.5, §8.2.2) and that of images' (PSS with MGF1 over the same
 * hash, §8.1.2 and §9.1.2). `node:crypto` is not used: Deno before 2.7.14 verifies PKCS#1 v1.5 when
 * PSS is requested, and no version accepts a digest.
 *
 * @module
 */
import { pow } from "@noble/curves/abstract/modular.js";
import { bitLen, bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { DIGEST_LENGTH, type DigestName, digestOf, sameBytes } from "@/signatures/digest.ts";
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

/** Length of a key's modulus and of its signatures, in bytes. */
function modulusLength(key: RsaKey): number {
  return Math.ceil(bitLen(key.modulus) / 8);
}

/**
 * The number in a signature. Missing leading zero bytes are accepted, as in OpenSSL, because Glance
 * accepts images with such signatures.
 *
 * @throws {EncodingError} If it is longer than the modulus, or not below it.
 */
export function readRsaSignature(key: RsaKey, signature: Uint8Array): bigint {
  const length = modulusLength(key);
  if (signature.length > length) {
    throw new EncodingError(`${signature.length} bytes, but the key makes signatures of ${length}`);
  }
  const number = bytesToNumberBE(signature);
  if (number >= key.modulus) throw new EncodingError("it is larger than the key's modulus");
  return number;
}

/** The signed number. @throws {EncodingError} As {@linkcode readRsaSignature}. */
export function recoverRsaMessage(key: RsaKey, signature: Uint8Array): bigint {
  return pow(readRsaSignature(key, signature), key.exponent, key.modulus);
}

/**
 * Whether the key made a PKCS#1 v1.5 signature over a digest.
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
 * Whether the signed message is a digest with PKCS#1 v1.5 padding. The whole padding is compared,
 * not parsed, so it cannot contain other data (CVE-2006-4339).
 *
 * @param message The result of {@linkcode recoverRsaMessage}.
 */
export function isPkcs1Message(
  key: RsaKey,
  hash: DigestName,
  digest: Uint8Array,
  message: bigint,
): boolean {
  const length = modulusLength(key);
  const info = numberToBytesBE(BigInt(`0x${DIGEST_INFO[hash]}`), DIGEST_INFO[hash].length / 2);
  const filling = length - 3 - info.length - digest.length;
  if (filling < 8) return false;
  const expected = [0, 1, ...new Array<number>(filling).fill(0xff), 0, ...info, ...digest];
  return sameBytes(numberToBytesBE(message, length), Uint8Array.from(expected));
}

const TRAILER = 0xbc;

/** Minimum bits of the modulus for a hash: its digest and two bytes must fit, without a salt. */
export function leastModulusBits(hash: DigestName): number {
  return 8 * (DIGEST_LENGTH[hash] + 1) + 2;
}

/**
 * Whether the signed message is a digest with PSS padding and a salt of any length: cursive
 * requests `padding.PSS.MAX_LENGTH`, which means only the longest salt in cryptography before 43
 * and any salt since. OpenSSL's own default since 3.1, which applies when following Glance's
 * documentation, is another.
 *
 * @param digest The hash of the data.
 * @param message The signed message, from `recoverRsaMessage`.
 */
export function isPssMessage(
  key: RsaKey,
  hash: DigestName,
  digest: Uint8Array,
  message: bigint,
): boolean {
  const length = encodedLength(key);
  const split = length - DIGEST_LENGTH[hash] - 1;
  if (split < 1 || bitLen(message) >= bitLen(key.modulus)) return false;
  const encoded = numberToBytesBE(message, length);
  const seed = encoded.subarray(split, -1);
  if (encoded.at(-1) !== TRAILER) return false;
  const mask = maskOf(hash, seed, split);
  const block = encoded.subarray(0, split).map((byte, index) => byte ^ (mask[index] ?? 0));
  // The bits above the modulus are masked, too, but are not part of the block.
  block[0] = (block[0] ?? 0) & (0xff >> (8 * length - bitLen(key.modulus) + 1));
  const one = block.findIndex((byte) => byte !== 0);
  if (one === -1 || block[one] !== 1) return false;
  const salt = block.subarray(one + 1);
  return sameBytes(digestOf(hash, new Uint8Array(8), digest, salt), seed);
}

/** Bytes of the padded message: it has one bit less than the modulus. */
function encodedLength(key: RsaKey): number {
  return Math.ceil((bitLen(key.modulus) - 1) / 8);
}

/** MGF1 (RFC 8017 B.2.1). */
function maskOf(hash: DigestName, seed: Uint8Array, length: number): Uint8Array {
  const blocks = Array.from(
    { length: Math.ceil(length / DIGEST_LENGTH[hash]) },
    (_, counter) => [...digestOf(hash, seed, numberToBytesBE(BigInt(counter), 4))],
  );
  return Uint8Array.from(blocks.flat().slice(0, length));
}
