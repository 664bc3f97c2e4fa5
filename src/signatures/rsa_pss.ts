/**
 * RSASSA-PSS over a digest that is already computed (RFC 8017 §8.1.2 and §9.1.2), with MGF1 over the
 * same hash, as cursive asks for. `node:crypto` is not used: Deno before 2.7.14 checks PKCS#1 v1.5
 * where PSS is asked for, and none takes a digest.
 *
 * @module
 */
import { bitLength, integerToBytes } from "@/signatures/big_integer.ts";
import { DIGEST_LENGTH, type DigestName, digestOf, sameBytes } from "@/signatures/digest.ts";
import type { RsaKey } from "@/signatures/public_key.ts";

const TRAILER = 0xbc;

/**
 * The longest salt that fits, in bytes: the only one that cursive accepts (`padding.PSS.MAX_LENGTH`).
 * Negative if the key is too short for the hash.
 */
export function maxSaltLength(key: RsaKey, hash: DigestName): number {
  return encodedLength(key) - DIGEST_LENGTH[hash] - 2;
}

/**
 * Verifies a signature with whatever salt it has; the caller decides which length it accepts.
 *
 * @param digest The hash of the data, as long as the hash's digests are.
 * @param message What was signed, as `recoverRsaMessage` gave it.
 * @returns The length of the salt, in bytes, or `null` if what was signed is not this digest.
 */
export function pssSaltLength(
  key: RsaKey,
  hash: DigestName,
  digest: Uint8Array,
  message: bigint,
): number | null {
  const length = encodedLength(key);
  const split = length - DIGEST_LENGTH[hash] - 1;
  if (split < 1 || bitLength(message) >= bitLength(key.modulus)) return null;
  const encoded = integerToBytes(message, length);
  const seed = encoded.subarray(split, -1);
  if (encoded.at(-1) !== TRAILER) return null;
  const mask = maskOf(hash, seed, split);
  const block = encoded.subarray(0, split).map((byte, index) => byte ^ (mask[index] ?? 0));
  // The bits above the modulus are masked too, but are no part of the block.
  block[0] = (block[0] ?? 0) & (0xff >> (8 * length - bitLength(key.modulus) + 1));
  const one = block.findIndex((byte) => byte !== 0);
  if (one === -1 || block[one] !== 1) return null;
  const salt = block.subarray(one + 1);
  return sameBytes(digestOf(hash, new Uint8Array(8), digest, salt), seed) ? salt.length : null;
}

/** Bytes of the padded message: it has one bit less than the modulus. */
function encodedLength(key: RsaKey): number {
  return Math.ceil((bitLength(key.modulus) - 1) / 8);
}

/** MGF1 (RFC 8017 B.2.1). */
function maskOf(hash: DigestName, seed: Uint8Array, length: number): Uint8Array {
  const blocks = Array.from(
    { length: Math.ceil(length / DIGEST_LENGTH[hash]) },
    (_, counter) => [...digestOf(hash, seed, integerToBytes(BigInt(counter), 4))],
  );
  return Uint8Array.from(blocks.flat().slice(0, length));
}
