/**
 * The two numbers of a DSA or ECDSA signature (`Dss-Sig-Value`, RFC 3279 §2.2.2).
 *
 * @module
 */
import { readWhole, TAG } from "@/signatures/der.ts";
import { readUnsigned } from "@/signatures/der_values.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** A DSA or ECDSA signature. */
export interface SignaturePair {
  /** r, from 1 to the order - 1. */
  readonly r: bigint;
  /** s, from 1 to the order - 1. */
  readonly s: bigint;
}

/**
 * Reads a signature: a DER SEQUENCE of r and s and nothing else, so that one signature has one encoding.
 *
 * @param order The order of the key's group.
 * @throws {EncodingError} If it is anything else, or r or s is out of its range (FIPS 186-4 §4.7).
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
