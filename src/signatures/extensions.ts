/**
 * The extensions of a certificate that count for a chain (RFC 5280 §4.2): basicConstraints and keyUsage.
 *
 * @module
 */
import { DerReader, readWhole, TAG } from "@/signatures/der.ts";
import {
  bitStringValue,
  booleanValue,
  readObjectIdentifier,
  readUnsigned,
} from "@/signatures/der_values.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** basicConstraints (RFC 5280 §4.2.1.9). */
export interface BasicConstraints {
  /** Whether the subject is an authority. */
  readonly isAuthority: boolean;
  /** Largest number of authorities between this one and the end; absent means any. */
  readonly pathLength: bigint | undefined;
}

/** What the extensions of a certificate say. */
export interface Extensions {
  /** basicConstraints, or `null` without them. */
  readonly basicConstraints: BasicConstraints | null;
  /** Whether keyUsage has keyCertSign, or `null` without keyUsage. */
  readonly signsCertificates: boolean | null;
  /** Object identifiers of critical extensions that nothing here acts upon. */
  readonly unknownCritical: readonly string[];
}

/** A certificate without extensions. */
export const NO_EXTENSIONS: Extensions = {
  basicConstraints: null,
  signsCertificates: null,
  unknownCritical: [],
};

const EXTENSION = { basicConstraints: "2.5.29.19", keyUsage: "2.5.29.15" } as const;

/** Critical in many certificates, and without a meaning for a signature of an image. */
const HARMLESS: readonly string[] = [
  "2.5.29.17", // subjectAltName
  "2.5.29.37", // extKeyUsage
];

/** Bit 5 of keyUsage, counted from the top of its first byte. */
const KEY_CERT_SIGN = 0x04;

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/**
 * Reads Extensions.
 *
 * @param encoded One DER element.
 * @throws {EncodingError} If it is not well formed, or an extension is there twice.
 */
export function readExtensions(encoded: Uint8Array): Extensions {
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

/** A BOOLEAN that is false by default; DER does not write a default (X.690 §11.5). */
function readFlag(reader: DerReader): boolean {
  const flag = reader.optional(TAG.boolean);
  if (flag === undefined) return false;
  if (!booleanValue(flag.content)) throw new EncodingError("a default that is written out");
  return true;
}
