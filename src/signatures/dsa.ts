/**
 * DSA over a digest that is already computed (FIPS 186-4 §4.7).
 *
 * @module
 */
import { bitLength, bytesToInteger, modPow, modPowProduct } from "@/signatures/big_integer.ts";
import type { DsaKey } from "@/signatures/public_key.ts";
import { readSignaturePair } from "@/signatures/signature_pair.ts";

/**
 * Whether a signature over a digest is the key's. A digest longer than q counts with its leftmost bits.
 *
 * @param signature DER.
 * @throws {EncodingError} If the signature is no pair of numbers below q.
 */
export function verifyDsa(key: DsaKey, digest: Uint8Array, signature: Uint8Array): boolean {
  const { p, q, g, y } = key;
  const { r, s } = readSignaturePair(signature, q);
  const z = bytesToInteger(digest.subarray(0, bitLength(q) / 8));
  const w = modPow(s, q - 2n, q); // 1 / s, by Fermat: q is prime
  const v = modPowProduct([[g, z * w % q], [y, r * w % q]], p);
  return v % q === r;
}
