/**
 * The public key of a certificate (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7), as plain numbers and
 * bytes that can be sent to a Worker. Parsed here and not by `node:crypto`, whose result differs
 * between the supported versions of Deno. The curves are the NIST ones of `@noble/curves`.
 *
 * @module
 */
import { bitLen } from "@noble/curves/utils.js";
import {
  DerReader,
  readBitStringBytes,
  readObjectIdentifier,
  readUnsigned,
  readWhole,
  TAG,
} from "@/signatures/der.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { p256, p384, p521 } from "@noble/curves/nist.js";

/** An RSA key: n and e. */
export type RsaKey = { readonly kind: "rsa"; readonly modulus: bigint; readonly exponent: bigint };

/**
 * A DSA key with its parameters (FIPS 186-4 §4.1): the prime modulus p, the order q of the subgroup,
 * the generator g and the public value y.
 */
export type DsaKey = {
  readonly kind: "dsa";
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly y: bigint;
};

/** A key on a supported curve: a point of the curve in the SEC 1 encoding. */
export type EcKey = { readonly kind: "ec"; readonly curve: Curve; readonly point: Uint8Array };

/** A well-formed key of an unsupported kind, e.g. Ed25519; its name, or the object identifier. */
export type ForeignKey = { readonly kind: "foreign"; readonly name: string };

/** A public key. */
export type PublicKey = RsaKey | DsaKey | EcKey | ForeignKey;

const ALGORITHM = {
  rsa: "1.2.840.113549.1.1.1",
  /** A key for PSS only; cryptography treats it like a plain RSA key, and so do we. */
  rsaPss: "1.2.840.113549.1.1.10",
  dsa: "1.2.840.10040.4.1",
  ec: "1.2.840.10045.2.1",
} as const;

const CURVE_OF: Readonly<Record<string, Curve>> = {
  "1.2.840.10045.3.1.7": "P-256",
  "1.3.132.0.34": "P-384",
  "1.3.132.0.35": "P-521",
};

/** Names for messages. */
const FOREIGN: Readonly<Record<string, string>> = {
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
  "1.3.132.0.10": "secp256k1",
  "1.3.132.0.36": "sect409k1",
  "1.3.132.0.37": "sect409r1",
  "1.3.132.0.38": "sect571k1",
  "1.3.132.0.39": "sect571r1",
  "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
  "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
  "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
};

/** Limits of OpenSSL (OPENSSL_RSA_MAX_MODULUS_BITS and others) on the time of a check. */
const LIMIT = { rsaBits: 16384, smallRsaBits: 3072, exponentBits: 64, dsaBits: 10000 } as const;

/** Sizes of a DSA subgroup's order (FIPS 186-4 §4.2). */
const DSA_ORDER_BITS: readonly number[] = [160, 224, 256];

/** The kind of a key, for messages: `RSA`, `DSA`, `P-384` … */
export function keyName(key: PublicKey): string {
  if (key.kind === "ec") return key.curve;
  return key.kind === "foreign" ? key.name : key.kind.toUpperCase();
}

/**
 * Reads a SubjectPublicKeyInfo.
 *
 * @param spki One DER element.
 * @throws {EncodingError} If it is not well formed, or its numbers are not a valid key.
 */
export function parsePublicKey(spki: Uint8Array): PublicKey {
  return readWhole(spki, TAG.sequence, (reader) => {
    const algorithm = reader.inside(TAG.sequence);
    const bytes = readBitStringBytes(reader);
    return keyOf(readObjectIdentifier(algorithm), algorithm, bytes);
  });
}

function keyOf(algorithm: string, parameters: DerReader, bytes: Uint8Array): PublicKey {
  switch (algorithm) {
    case ALGORITHM.rsa:
      parameters.optional(TAG.null);
      parameters.end();
      return rsaKey(bytes);
    case ALGORITHM.rsaPss:
      return rsaKey(bytes);
    case ALGORITHM.dsa:
      return dsaKey(parameters, bytes);
    case ALGORITHM.ec:
      return ecKey(parameters, bytes);
    default:
      return { kind: "foreign", name: FOREIGN[algorithm] ?? algorithm };
  }
}

/** RFC 8017 A.1.1. */
function rsaKey(bytes: Uint8Array): RsaKey {
  const key = readWhole(bytes, TAG.sequence, (reader) => ({
    kind: "rsa" as const,
    modulus: readUnsigned(reader),
    exponent: readUnsigned(reader),
  }));
  const bits = bitLen(key.modulus);
  const exponentBits = bitLen(key.exponent);
  const isOdd = (key.modulus & key.exponent & 1n) === 1n;
  if (!isOdd || key.exponent === 1n || key.exponent >= key.modulus) {
    throw new EncodingError("no RSA key");
  }
  if (bits > LIMIT.rsaBits || (bits > LIMIT.smallRsaBits && exponentBits > LIMIT.exponentBits)) {
    throw new EncodingError(`RSA key of ${bits} bits with an exponent of ${exponentBits}`);
  }
  return key;
}

/** RFC 3279 §2.3.2, with parameters: there is no issuer here to inherit them from. */
function dsaKey(parameters: DerReader, bytes: Uint8Array): DsaKey {
  const domain = parameters.inside(TAG.sequence);
  const [p, q, g] = [readUnsigned(domain), readUnsigned(domain), readUnsigned(domain)];
  domain.end();
  parameters.end();
  const value = new DerReader(bytes);
  const y = readUnsigned(value);
  value.end();
  const [bits, orderBits] = [bitLen(p), bitLen(q)];
  if (bits > LIMIT.dsaBits || !DSA_ORDER_BITS.includes(orderBits)) {
    throw new EncodingError(`DSA key of ${bits} bits with a subgroup of ${orderBits}`);
  }
  if ([q, g, y].some((one) => one === 0n || one >= p)) throw new EncodingError("no DSA key");
  return { kind: "dsa", p, q, g, y };
}

/** RFC 5480 §2: named curves only; explicit parameters could define an attacker's curve. */
function ecKey(parameters: DerReader, point: Uint8Array): EcKey | ForeignKey {
  const name = readObjectIdentifier(parameters);
  parameters.end();
  const curve = CURVE_OF[name];
  if (curve === undefined) return { kind: "foreign", name: FOREIGN[name] ?? name };
  if (!CURVES[curve].utils.isValidPublicKey(point)) {
    throw new EncodingError(`point that is not on ${curve}`);
  }
  return { kind: "ec", curve, point };
}

/** The curves by their NIST name. */
export const CURVES = { "P-256": p256, "P-384": p384, "P-521": p521 } as const;

/** Name of a curve. */
export type Curve = keyof typeof CURVES;

/** The order of the group of a key: q, or that of the curve's generator (n). */
export function orderOf(key: DsaKey | EcKey): bigint {
  return key.kind === "dsa" ? key.q : CURVES[key.curve].Point.Fn.ORDER;
}
