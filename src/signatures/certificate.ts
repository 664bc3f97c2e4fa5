/**
 * X.509 certificates (RFC 5280 §4), read strictly from PEM: only the fields that a chain and a
 * signature need, including extensions.
 *
 * @module
 */
import { messageOf, ToolError } from "@/errors.ts";
import {
  bitStringValue,
  booleanValue,
  DerReader,
  readBitStringBytes,
  readInteger,
  readObjectIdentifier,
  readTime,
  readUnsigned,
  readWhole,
  TAG,
} from "@/signatures/der.ts";
import { sameBytes } from "@/signatures/digest.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { type Name, parseName } from "@/signatures/name.ts";
import { decodePem } from "@/signatures/pem.ts";
import { parsePublicKey, type PublicKey } from "@/signatures/public_key.ts";

/** A certificate. Times in milliseconds since the epoch. */
export interface Certificate {
  /** The whole certificate, DER. */
  readonly encoded: Uint8Array;
  /** The signed part, `tbsCertificate`, DER. */
  readonly signed: Uint8Array;
  /** Object identifier of the signature's algorithm. */
  readonly signatureAlgorithm: string;
  /** The issuer's signature. */
  readonly signature: Uint8Array;
  /** Who issued it. */
  readonly issuer: Name;
  /** The owner of the key. */
  readonly subject: Name;
  /** First moment of validity. */
  readonly notBefore: number;
  /** Last moment of validity, inclusive. */
  readonly notAfter: number;
  /** The subject's key. */
  readonly publicKey: PublicKey;
  /** The extensions that matter for a chain. */
  readonly extensions: Extensions;
}

/** Maximum bytes of a PEM text: about thirty times a usual one. */
export const MAX_PEM_SIZE = 65536;

const CONTEXT = { version: 0xa0, issuerId: 0x81, subjectId: 0x82, extensions: 0xa3 } as const;
const VERSION_3 = 2n;

/**
 * Reads the first certificate of a PEM text, like castellan's Barbican back end.
 *
 * @param pem The text of the file or secret; untrusted.
 * @param label Its origin, for the error.
 * @throws {ToolError} `certificate_invalid`, if there is none or it is malformed.
 */
export function parseCertificate(pem: string, label: string): Certificate {
  try {
    if (pem.length > MAX_PEM_SIZE) throw new EncodingError(`it is ${pem.length} characters long`);
    return parseEncoded(decodePem(pem));
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new ToolError(
      "certificate_invalid",
      `Cannot read the certificate of ${label}: ${messageOf(cause)}`,
      { hints: ["check it: openssl x509 -noout -text -in CERTIFICATE.pem"], cause },
    );
  }
}

function parseEncoded(encoded: Uint8Array): Certificate {
  return readWhole(encoded, TAG.sequence, (reader) => {
    const signed = reader.element(TAG.sequence).encoded;
    const algorithm = reader.element(TAG.sequence).encoded;
    const signature = readBitStringBytes(reader);
    const { inner, ...fields } = readWhole(signed, TAG.sequence, readSigned);
    // The outer one is not signed, so a difference means manipulation (RFC 5280 §4.1.1.2).
    if (!sameBytes(inner, algorithm)) throw new EncodingError("two different signature algorithms");
    return { encoded, signed, signature, signatureAlgorithm: algorithmOf(algorithm), ...fields };
  });
}

/** TBSCertificate. */
function readSigned(reader: DerReader) {
  const version = readVersion(reader);
  readInteger(reader); // the serial number
  const inner = reader.element(TAG.sequence).encoded;
  const issuer = parseName(reader.element(TAG.sequence).encoded);
  const validity = reader.inside(TAG.sequence);
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  validity.end();
  const subject = parseName(reader.element(TAG.sequence).encoded);
  const publicKey = parsePublicKey(reader.element(TAG.sequence).encoded);
  reader.optional(CONTEXT.issuerId);
  reader.optional(CONTEXT.subjectId);
  const found = reader.optional(CONTEXT.extensions);
  if (found !== undefined && version !== VERSION_3) throw new EncodingError("extensions before v3");
  const extensions = found === undefined ? NO_EXTENSIONS : readExtensions(found.content);
  return { inner, issuer, subject, notBefore, notAfter, publicKey, extensions };
}

/** v1 is the default, and DER does not encode a default. v2 was never in use. */
function readVersion(reader: DerReader): bigint {
  const explicit = reader.optional(CONTEXT.version);
  if (explicit === undefined) return 0n;
  const inside = new DerReader(explicit.content);
  const version = readUnsigned(inside);
  inside.end();
  if (version !== VERSION_3) throw new EncodingError(`version ${version + 1n}`);
  return version;
}

/** Prefixes of the algorithms without parameters: ECDSA and DSA (RFC 3279 §2.2.2, RFC 5758 §3). */
const BARE = ["1.2.840.10045.4.", "1.2.840.10040.4.", "2.16.840.1.101.3.4.3."];

/** The object identifier of an AlgorithmIdentifier; RSA's has a NULL, and PSS its own parameters. */
function algorithmOf(encoded: Uint8Array): string {
  return readWhole(encoded, TAG.sequence, (reader) => {
    const algorithm = readObjectIdentifier(reader);
    if (!reader.atEnd && BARE.some((prefix) => algorithm.startsWith(prefix))) {
      throw new EncodingError(`parameters of the signature algorithm ${algorithm}`);
    }
    if (!reader.atEnd) reader.any();
    return algorithm;
  });
}

/** basicConstraints (RFC 5280 §4.2.1.9). */
export interface BasicConstraints {
  /** Whether the subject is a certificate authority. */
  readonly isAuthority: boolean;
  /** Maximum number of authorities between this one and the end; absent means any. */
  readonly pathLength: bigint | undefined;
}

/** The extensions of a certificate. */
export interface Extensions {
  /** basicConstraints, or `null` without them. */
  readonly basicConstraints: BasicConstraints | null;
  /** Whether keyUsage has keyCertSign, or `null` without keyUsage. */
  readonly signsCertificates: boolean | null;
  /** Object identifiers of critical extensions that are not supported here. */
  readonly unknownCritical: readonly string[];
}

const NO_EXTENSIONS: Extensions = {
  basicConstraints: null,
  signsCertificates: null,
  unknownCritical: [],
};

const EXTENSION = { basicConstraints: "2.5.29.19", keyUsage: "2.5.29.15" } as const;

/** Critical in many certificates, and irrelevant for the signature of an image. */
const HARMLESS: readonly string[] = [
  "2.5.29.17", // subjectAltName
  "2.5.29.37", // extKeyUsage
];

/** Bit 5 of keyUsage, counted from the top of its first byte. */
const KEY_CERT_SIGN = 0x04;

type Extension = { readonly critical: boolean; readonly value: Uint8Array };

function readExtensions(encoded: Uint8Array): Extensions {
  const found = readWhole(encoded, TAG.sequence, readAll);
  const basicConstraints = found.get(EXTENSION.basicConstraints);
  const keyUsage = found.get(EXTENSION.keyUsage);
  const known: readonly string[] = [...Object.values(EXTENSION), ...HARMLESS];
  return {
    basicConstraints: basicConstraints === undefined
      ? null
      : readBasicConstraints(basicConstraints.value),
    signsCertificates: keyUsage === undefined ? null : readKeyUsage(keyUsage.value),
    unknownCritical: [...found].filter(([, { critical }]) => critical).map(([id]) => id)
      .filter((id) => !known.includes(id)),
  };
}

function readAll(reader: DerReader): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  while (!reader.atEnd) {
    const extension = reader.inside(TAG.sequence);
    const id = readObjectIdentifier(extension);
    const critical = readFlag(extension);
    const value = extension.element(TAG.octetString).content;
    extension.end();
    if (found.has(id)) throw new EncodingError(`extension ${id} twice`);
    found.set(id, { critical, value });
  }
  if (found.size === 0) throw new EncodingError("an empty list of extensions");
  return found;
}

function readBasicConstraints(value: Uint8Array): BasicConstraints {
  return readWhole(value, TAG.sequence, (reader) => ({
    isAuthority: readFlag(reader),
    pathLength: reader.atEnd ? undefined : readUnsigned(reader),
  }));
}

function readKeyUsage(value: Uint8Array): boolean {
  const reader = new DerReader(value);
  const { bytes } = bitStringValue(reader.element(TAG.bitString).content);
  reader.end();
  return ((bytes[0] ?? 0) & KEY_CERT_SIGN) !== 0;
}

/** A BOOLEAN with the default false; DER does not encode a default (X.690 §11.5). */
function readFlag(reader: DerReader): boolean {
  const flag = reader.optional(TAG.boolean);
  if (flag === undefined) return false;
  if (!booleanValue(flag.content)) throw new EncodingError("a default that is written out");
  return true;
}
