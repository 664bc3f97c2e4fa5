/**
 * The key of a Ceph user, as in a keyring: base64 of type (le16), time (2 × le32), length (le16)
 * and secret (`CryptoKey::decode` of `src/auth/Crypto.cc`).
 *
 * @module
 */

/** Types of keys by number, with the length of their secret in bytes. */
const TYPES: Readonly<Record<number, { readonly name: KeyType; readonly length: number }>> = {
  1: { name: "aes", length: 16 },
  2: { name: "aes256k", length: 32 },
};

/** Ceph's names for them; aes256k was added for CVE-2025-30156. */
export type KeyType = "aes" | "aes256k";

/** Bytes before the secret. */
const HEADER_LENGTH = 12;

/**
 * Reads a key.
 *
 * @returns Its type, or the problem, without any part of the key.
 *
 * @example
 * ```ts
 * import { readKey } from "@/config/ceph_key.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readKey("AQBxyzxyAAAAABAAxyzxyzxyzxyzxyzxyzxyzw=="), { type: "aes" });
 * assertEquals(readKey("AQB"), { fault: "it is not base64" });
 * ```
 */
export function readKey(text: string): { readonly type: KeyType } | { readonly fault: string } {
  const bytes = decoded(text);
  if (bytes === undefined) return { fault: "it is not base64" };
  const view = new DataView(bytes.buffer);
  const number = bytes.length < 2 ? 0 : view.getUint16(0, true);
  const type = TYPES[number];
  if (bytes.length < HEADER_LENGTH) {
    return { fault: `it has ${bytes.length} bytes, expected at least ${HEADER_LENGTH + 16}` };
  }
  if (type === undefined) {
    return { fault: `its type is ${number}, expected 1 (aes) or 2 (aes256k)` };
  }
  const length = view.getUint16(10, true);
  if (length < type.length || bytes.length < HEADER_LENGTH + length) {
    const wanted = `${HEADER_LENGTH + type.length} with ${type.length} (${type.name})`;
    return { fault: `it has ${bytes.length} bytes with a secret of ${length}, expected ${wanted}` };
  }
  return { type: type.name };
}

/** Ceph's decoder accepts no blanks inside and only the alphabet with its padding. */
function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    return undefined;
  }
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** The first release of each series that supports keys of type aes256k; older series never do. */
const KNOWS_AES256K: Readonly<Record<number, readonly [minor: number, patch: number]>> = {
  19: [2, 6],
  20: [2, 4],
};

/**
 * Whether a client of Ceph supports a type of key.
 *
 * @param version As printed by `rbd --version`; a text without a version counts as a new client.
 */
export function knowsKeyType(version: string, type: KeyType): boolean {
  const found = /\bversion (\d+)\.(\d+)\.(\d+)/.exec(version);
  if (type === "aes" || found === null) return true;
  const [major = 0, minor = 0, patch = 0] = found.slice(1).map(Number);
  const first = KNOWS_AES256K[major];
  if (first === undefined) return major > 20;
  return minor > first[0] || (minor === first[0] && patch >= first[1]);
}
