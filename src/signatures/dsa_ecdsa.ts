/**
 * DSA (FIPS 186-4 §4.7) and ECDSA (§6.4) over a given digest; their signatures have the same form,
 * two numbers.
 *
 * @module
 */
import { pow } from "@noble/curves/abstract/modular.js";
import { bitLen, bytesToNumberBE } from "@noble/curves/utils.js";
import { CURVES, type DsaKey, type EcKey, orderOf } from "@/signatures/public_key.ts";
import { readUnsigned, readWhole, TAG } from "@/signatures/der.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** A DSA or ECDSA signature: two numbers from 1 to the order - 1. */
export type SignaturePair = { readonly r: bigint; readonly s: bigint };

/**
 * Reads a signature: a DER SEQUENCE of only r and s, so that one signature has one encoding.
 *
 * @param order The order of the key's group.
 * @throws {EncodingError} If it has another form, or r or s is out of range (FIPS 186-4 §4.7).
 */
export function readSignaturePair(signature: Uint8Array, order: bigint): SignaturePair {
  const pair = readWhole(signature, TAG.sequence, (reader) => ({
    r: readUnsigned(reader),
    s: readUnsigned(reader),
  }));
  for (const [name, value] of Object.entries(pair)) {
    if (value === 0n || value >= order) throw new EncodingError(`${name} is out of its range`);
  }
  return pair;
}

/**
 * Whether the key made a signature over a digest. Of a digest longer than q, or the curve's order,
 * the leftmost bits are used.
 *
 * @param signature DER.
 * @throws {EncodingError} If the signature is not a valid pair of numbers for the key.
 */
export function verifyPair(
  key: DsaKey | EcKey,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const pair = readSignaturePair(signature, orderOf(key));
  if (key.kind === "dsa") return verifyDsa(key, digest, pair);
  // OpenSSL makes and accepts s above half of the order; the default of the library rejects it.
  const options = { format: "der", prehash: false, lowS: false } as const;
  return CURVES[key.curve].verify(signature, digest, key.point, options);
}

function verifyDsa({ p, q, g, y }: DsaKey, digest: Uint8Array, { r, s }: SignaturePair): boolean {
  const z = bytesToNumberBE(digest.subarray(0, bitLen(q) / 8));
  const w = pow(s, q - 2n, q); // 1 / s, by Fermat: q is prime
  const v = pow(g, z * w % q, p) * pow(y, r * w % q, p) % p;
  return v % q === r;
}
