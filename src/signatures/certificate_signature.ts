/**
 * The signature that an issuer puts on a certificate (RFC 3279 §2.2, RFC 4055 §5, RFC 5758).
 *
 * @module
 */
import { type DigestName, digestOf } from "@/signatures/digest.ts";
import { verifyDsa } from "@/signatures/dsa.ts";
import { verifyEcdsa } from "@/signatures/ecdsa.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import type { PublicKey } from "@/signatures/public_key.ts";
import { verifyPkcs1 } from "@/signatures/rsa.ts";
import type { Certificate } from "@/signatures/x509.ts";

interface Algorithm {
  readonly key: PublicKey["kind"];
  readonly hash: DigestName;
}

/**
 * What cursive verifies, less MD5, whose collisions forged a certificate in 2008. It does not verify
 * RSASSA-PSS and Ed25519 either.
 */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  "1.2.840.113549.1.1.5": { key: "rsa", hash: "sha1" },
  "1.2.840.113549.1.1.14": { key: "rsa", hash: "sha224" },
  "1.2.840.113549.1.1.11": { key: "rsa", hash: "sha256" },
  "1.2.840.113549.1.1.12": { key: "rsa", hash: "sha384" },
  "1.2.840.113549.1.1.13": { key: "rsa", hash: "sha512" },
  "1.2.840.10045.4.1": { key: "ec", hash: "sha1" },
  "1.2.840.10045.4.3.1": { key: "ec", hash: "sha224" },
  "1.2.840.10045.4.3.2": { key: "ec", hash: "sha256" },
  "1.2.840.10045.4.3.3": { key: "ec", hash: "sha384" },
  "1.2.840.10045.4.3.4": { key: "ec", hash: "sha512" },
  "1.2.840.10040.4.3": { key: "dsa", hash: "sha1" },
  "2.16.840.1.101.3.4.3.1": { key: "dsa", hash: "sha224" },
  "2.16.840.1.101.3.4.3.2": { key: "dsa", hash: "sha256" },
};

/** Whether a certificate's signature is over SHA-1, of which collisions are affordable since 2017. */
export function isSignedOverSha1(certificate: Certificate): boolean {
  return ALGORITHMS[certificate.signatureAlgorithm]?.hash === "sha1";
}

/** Whether a certificate's signature is the key's; false too for an algorithm that is not verified. */
export function isSignedBy(key: PublicKey, certificate: Certificate): boolean {
  const algorithm = ALGORITHMS[certificate.signatureAlgorithm];
  if (algorithm === undefined || algorithm.key !== key.kind) return false;
  const digest = digestOf(algorithm.hash, certificate.signed);
  try {
    return verify(key, algorithm.hash, digest, certificate.signature);
  } catch (error) {
    if (error instanceof EncodingError) return false;
    throw error;
  }
}

function verify(
  key: PublicKey,
  hash: DigestName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  switch (key.kind) {
    case "rsa":
      return verifyPkcs1(key, hash, digest, signature);
    case "dsa":
      return verifyDsa(key, digest, signature);
    case "ec":
      return verifyEcdsa(key, digest, signature);
    case "foreign":
      return false;
  }
}
