/**
 * The hash functions of signatures, by their name in `node:crypto`.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Length in bytes of each hash that a signature may use. */
export const DIGEST_LENGTH = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } as const;

/** A hash that signatures use; SHA-1 only in certificates. */
export type DigestName = keyof typeof DIGEST_LENGTH;

/** The hash of concatenated parts. */
export function digestOf(hash: DigestName, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = createHash(hash);
  for (const part of parts) state.update(part);
  return state.digest();
}

/** Whether two byte strings are equal. All inputs are public: this need not take constant time. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
