/**
 * Keeps keys of Ceph out of text that is shown: `rbd` repeats the key of a keyring that it cannot read
 * (rook/rook#18240), with or without a new line before it.
 *
 * @module
 */

/** What stands for a key of type 2: an old client that repeats it does not know that type. */
export const AES256K_MASK = "*** (aes256k)";

/**
 * Words of Ceph after which a key stands, of whatever form: `src/auth/KeyRing.cc` repeats the value of
 * a line that it cannot read, and the key of ceph.conf or of a keyfile, which may have several lines.
 */
const NAMED: readonly RegExp[] = [
  /(?<=\bval=)(?:[^\r\n]*?(?=: Malformed input)|[^\r\n]*)/g,
  /(?<=failed to decode key ')[^]*?(?='\s*(?:\d{4}-\d\d-\d\dT|rbd:|$)|$(?![^]))/g,
  /(?<=\bkey\s{0,9}=\s{0,9}|"key"\s{0,9}:\s{0,9}")[^\s",]+/g,
];

/** Long enough to hold a secret: the shortest key of cephx has 40 characters. */
const BASE64_RUN = /[A-Za-z0-9+/]{20,}={0,2}/g;

/**
 * Replaces everything that is, or may be, a key. A path of directories whose names mix capitals and
 * digits is hidden with it: that is the lesser evil.
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

/** A key begins with its type, a le16 number: what it is of is no secret, and explains much. */
function maskOf(key: string): string {
  return /^Ag[A-D]/.test(key) ? AES256K_MASK : "***";
}

/**
 * Whether a run of base64 may be a key: it is padded, or begins as keys of types 1 (aes) and 2
 * (aes256k) do, or mixes what no word and no path of Ceph's mixes.
 */
function mayBeKey(run: string): boolean {
  if (run.endsWith("=") || /A[Qg][A-D]/.test(run)) return true;
  return !run.startsWith("/") && [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(run));
}
