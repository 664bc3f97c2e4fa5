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

/** Bits of the shortest modulus for a hash: its digest, two bytes, and no salt must fit. */
export function leastModulusBits(hash: DigestName): number {
  return 8 * (DIGEST_LENGTH[hash] + 1) + 2;
}

/**
 * Whether what was signed is a digest with the padding of PSS, and a salt of any length: cursive asks for
 * `padding.PSS.MAX_LENGTH`, which cryptography before 43 takes for the longest salt alone and takes for
 * any since. OpenSSL's own default since 3.1, which follows from Glance's documentation, is another.
 *
 * @param digest The hash of the data, as long as the hash's digests are.
 * @param message What was signed, as `recoverRsaMessage` gave it.
 */
export function isPssMessage(
  key: RsaKey,
  hash: DigestName,
  digest: Uint8Array,
  message: bigint,
): boolean {
  const length = encodedLength(key);
  const split = length - DIGEST_LENGTH[hash] - 1;
  if (split < 1 || bitLength(message) >= bitLength(key.modulus)) return false;
  const encoded = integerToBytes(message, length);
  const seed = encoded.subarray(split, -1);
  if (encoded.at(-1) !== TRAILER) return false;
  const mask = maskOf(hash, seed, split);
  const block = encoded.subarray(0, split).map((byte, index) => byte ^ (mask[index] ?? 0));
  // The bits above the modulus are masked too, but are no part of the block.
  block[0] = (block[0] ?? 0) & (0xff >> (8 * length - bitLength(key.modulus) + 1));
  const one = block.findIndex((byte) => byte !== 0);
  if (one === -1 || block[one] !== 1) return false;
  const salt = block.subarray(one + 1);
  return sameBytes(digestOf(hash, new Uint8Array(8), digest, salt), seed);
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
