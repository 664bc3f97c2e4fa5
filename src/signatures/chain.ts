/**
 * Whether a signing certificate is trusted: the rules of cursive's
 * `certificate_utils.verify_certificate` (0.3), with the signature algorithms of certificates (RFC
 * 3279 §2.2, RFC 4055 §5, RFC 5758). The operator's list has every authority up to and including
 * the self-signed root; no certificate outside the list is used, and there is no revocation.
 *
 * @module
 */
import type { Log } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { type DigestName, digestOf, sameBytes } from "@/signatures/digest.ts";
import { verifyPair } from "@/signatures/dsa_ecdsa.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import type { PublicKey } from "@/signatures/public_key.ts";
import { verifyPkcs1 } from "@/signatures/rsa.ts";
import type { Certificate } from "@/signatures/certificate.ts";

/** A certificate with its id in the certificate source. */
export type NamedCertificate = { readonly id: string; readonly certificate: Certificate };

/** The input of a chain. */
export interface ChainOptions {
  /** The certificate to verify. */
  readonly signer: NamedCertificate;
  /** The operator's list. */
  readonly trusted: readonly NamedCertificate[];
  /** Now, in milliseconds since the epoch. */
  readonly now: number;
  /** For weaknesses that cursive accepts, and unusable trusted certificates. */
  readonly log: Log;
}

/**
 * Verifies that a chain of trusted authorities leads from the signer to a self-signed root of the
 * list.
 *
 * @returns The chain, the signer first, the root last.
 * @throws {ToolError} `certificate_invalid`, with the missing or broken link.
 */
export function verifyChain(options: ChainOptions): readonly NamedCertificate[] {
  const { signer, now, log } = options;
  const outdated = outsideDates(signer.certificate, now);
  if (outdated !== null) throw untrusted(signer, outdated);
  const authorities = options.trusted.filter((candidate) => {
    const unfit = unfitness(candidate.certificate, now);
    if (unfit === null) return true;
    log("warning", `Not using trusted certificate '${candidate.id}': ${unfit}`);
    return false;
  });
  const chain = buildChain(signer, authorities);
  checkPathLengths(signer, chain.slice(1));
  warnOfWeakness(chain, log);
  return chain;
}

/** Why a certificate may not sign others, or `null`: both extensions are required (cursive). */
function unfitness(certificate: Certificate, now: number): string | null {
  const { basicConstraints, signsCertificates } = certificate.extensions;
  const outdated = outsideDates(certificate, now);
  if (outdated !== null) return outdated;
  if (basicConstraints?.isAuthority !== true) return "its basicConstraints do not say 'CA:TRUE'";
  return signsCertificates === true ? null : "its keyUsage does not say 'keyCertSign'";
}

/** Why a certificate is not valid at a time, or `null`. Both ends are part of the validity. */
export function outsideDates({ notBefore, notAfter }: Certificate, now: number): string | null {
  const at = new Date(now).toISOString();
  if (now < notBefore) return `it is valid from ${new Date(notBefore).toISOString()}, now is ${at}`;
  if (now > notAfter) return `it was valid until ${new Date(notAfter).toISOString()}, now is ${at}`;
  return null;
}

/** Uses the first matching authority, like cursive; a chain never has one twice. */
function buildChain(
  signer: NamedCertificate,
  authorities: readonly NamedCertificate[],
): readonly NamedCertificate[] {
  const chain = [signer];
  for (let issued = signer;;) {
    const issuer = authorities.find(({ certificate }) => isIssuer(certificate, issued.certificate));
    if (issuer === undefined) throw untrusted(signer, missingIssuer(issued));
    if (isSame(issuer, issued)) return chain;
    if (chain.some((link) => isSame(link, issuer))) {
      throw untrusted(signer, `its authorities only certify each other, '${issuer.id}' first`);
    }
    chain.push(issuer);
    issued = issuer;
  }
}

function missingIssuer({ id, certificate }: NamedCertificate): string {
  return `no usable trusted certificate is the issuer ('${certificate.issuer.text}') of '${id}'`;
}

function isIssuer(issuer: Certificate, issued: Certificate): boolean {
  return issuer.subject.key === issued.issuer.key && isSignedBy(issuer.publicKey, issued);
}

function isSame(one: NamedCertificate, other: NamedCertificate): boolean {
  return sameBytes(one.certificate.encoded, other.certificate.encoded);
}

/** RFC 5280 §4.2.1.9, but self-issued certificates count too, as in cursive. */
function checkPathLengths(
  signer: NamedCertificate,
  authorities: readonly NamedCertificate[],
): void {
  for (const [below, { id, certificate }] of authorities.entries()) {
    const limit = certificate.extensions.basicConstraints?.pathLength;
    if (limit !== undefined && limit < below) {
      throw untrusted(
        signer,
        `authority '${id}' allows ${limit} authorities below it, and there are ${below}`,
      );
    }
  }
}

/** The root is trusted because it is in the list, not because of its signature. */
function warnOfWeakness(chain: readonly NamedCertificate[], log: Log): void {
  for (const [index, { id, certificate }] of chain.entries()) {
    if (index < chain.length - 1 && isSignedOverSha1(certificate)) {
      log("warning", `Certificate '${id}' is signed over SHA-1, which can be forged`);
    }
    for (const extension of certificate.extensions.unknownCritical) {
      log("warning", `Certificate '${id}' has an unsupported critical extension`, { extension });
    }
  }
}

function untrusted({ id, certificate }: NamedCertificate, reason: string): ToolError {
  return new ToolError(
    "certificate_invalid",
    `Cannot trust signing certificate '${id}' ('${certificate.subject.text}'): ${reason}`,
    {
      hints: [
        "list the ids of all its authorities, including the root: [glance]default_trusted_certificate_ids or --trusted-cert",
      ],
    },
  );
}

type Algorithm = { readonly key: PublicKey["kind"]; readonly hash: DigestName };

/**
 * The algorithms of cursive without MD5, whose collisions were used to forge a certificate in 2008.
 * cursive does not verify RSASSA-PSS and Ed25519 either.
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

/** Whether a certificate's signature uses SHA-1: collisions have been affordable since 2017. */
function isSignedOverSha1(certificate: Certificate): boolean {
  return ALGORITHMS[certificate.signatureAlgorithm]?.hash === "sha1";
}

/** Whether the key made a certificate's signature; false for an unsupported algorithm. */
export function isSignedBy(key: PublicKey, certificate: Certificate): boolean {
  const algorithm = ALGORITHMS[certificate.signatureAlgorithm];
  if (key.kind === "foreign" || algorithm?.key !== key.kind) return false;
  const digest = digestOf(algorithm.hash, certificate.signed);
  const { signature } = certificate;
  try {
    return key.kind === "rsa"
      ? verifyPkcs1(key, algorithm.hash, digest, signature)
      : verifyPair(key, digest, signature);
  } catch (error) {
    if (error instanceof EncodingError) return false;
    throw error;
  }
}
