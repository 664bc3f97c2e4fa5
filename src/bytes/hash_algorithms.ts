/**
 * The hash algorithms in image records (`os_hash_algo` is any name of Python's hashlib), by their
 * names in `node:crypto`.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

const NAMES: Readonly<Record<string, string>> = {
  md5: "md5",
  sha1: "sha1",
  sha224: "sha224",
  sha256: "sha256",
  sha384: "sha384",
  sha512: "sha512",
  "sha512_224": "sha512-224",
  "sha512_256": "sha512-256",
  "sha3_224": "sha3-224",
  "sha3_256": "sha3-256",
  "sha3_384": "sha3-384",
  "sha3_512": "sha3-512",
  blake2b: "blake2b512",
  blake2s: "blake2s256",
};

/** Whether this program can compute an algorithm. */
export function isSupported(algorithm: string): boolean {
  return Object.hasOwn(NAMES, algorithm.toLowerCase());
}

/**
 * The name of an algorithm for `createHash`.
 *
 * @throws {ToolError} `hash_missing`, if it cannot be computed here.
 */
export function nativeName(algorithm: string): string {
  const name = NAMES[algorithm.toLowerCase()];
  if (name !== undefined) return name;
  throw new ToolError(
    "hash_missing",
    `Cannot verify with the hash algorithm '${algorithm}': supported are ${
      Object.keys(NAMES).join(", ")
    }`,
    { hints: ["set [DEFAULT]hashing_algorithm = sha512 in glance-api.conf and upload again"] },
  );
}
