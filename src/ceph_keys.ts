/**
 * Masks Ceph keys in text that is shown: `rbd` repeats the key of a keyring that it cannot read
 * (rook/rook#18240), with or without a line break before it.
 *
 * @module
 */

/** Replaces a key of type 2. An old client repeats such a key because it does not know the type. */
export const AES256K_MASK = "*** (aes256k)";

/**
 * Words of Ceph that are followed by a key of any form: `src/auth/KeyRing.cc` repeats the value of
 * a line that it cannot read, and the key of ceph.conf or of a keyfile, which may have several
 * lines.
 */
const NAMED: readonly RegExp[] = [
  /(?<=\bval=)(?:[^\r\n]*?(?=: Malformed input)|[^\r\n]*)/g,
  /(?<=failed to decode key ')[^]*?(?='\s*(?:\d{4}-\d\d-\d\dT|rbd:|$)|$(?![^]))/g,
  /(?<=\bkey\s{0,9}=\s{0,9}|"key"\s{0,9}:\s{0,9}")[^\s",]+/g,
];

/** Minimum length of a secret: the shortest cephx key has 40 characters. */
const BASE64_RUN = /[A-Za-z0-9+/]{20,}={0,2}/g;

/**
 * Masks everything that is, or may be, a key. This also hides a path whose directory names mix
 * capitals and digits, which is the lesser evil.
 *
 * @example
 * ```ts
 * import { maskKeys } from "@/ceph_keys.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(maskKeys("type=key val=AQBx!!: Malformed input"), "type=key val=***: Malformed input");
 * ```
 */
export function maskKeys(text: string): string {
  const named = NAMED.reduce((left, pattern) => left.replace(pattern, maskOf), text);
  return named.replace(BASE64_RUN, (run) => mayBeKey(run) ? maskOf(run) : run);
}

/**
 * A key begins with its type, a le16 number. The type is not secret and helps to find the cause.
 */
function maskOf(key: string): string {
  return /^Ag[A-D]/.test(key) ? AES256K_MASK : "***";
}

/**
 * Whether a run of base64 may be a key: it is padded, it begins like a key of type 1 (aes) or 2
 * (aes256k), or it mixes characters as no word and no path of Ceph does.
 */
function mayBeKey(run: string): boolean {
  if (run.endsWith("=") || /A[Qg][A-D]/.test(run)) return true;
  return !run.startsWith("/") && [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(run));
}
