/**
 * The primitive values of DER: numbers, booleans, bit strings, object identifiers and times, each in
 * its one canonical encoding (ITU-T X.690 §8, §10, §11).
 *
 * @module
 */
import { bytesToInteger } from "@/signatures/big_integer.ts";
import { type DerReader, TAG } from "@/signatures/der.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** Reads an INTEGER and gives its content. @throws {EncodingError} If it is empty or not minimal. */
export function readInteger(reader: DerReader): Uint8Array {
  const { content } = reader.element(TAG.integer);
  const [first, second] = content;
  if (first === undefined) throw new EncodingError("INTEGER without content");
  const isSign = second !== undefined && (second < 0x80 ? first === 0 : first === 0xff);
  if (isSign) throw new EncodingError("INTEGER not minimal");
  return content;
}

/** Reads an INTEGER that must not be negative. @throws {EncodingError} If it is not minimal or is. */
export function readUnsigned(reader: DerReader): bigint {
  const content = readInteger(reader);
  if ((content[0] ?? 0) >= 0x80) throw new EncodingError("negative INTEGER");
  return bytesToInteger(content);
}

/** Reads a BOOLEAN. @throws {EncodingError} If it is neither 00 nor FF. */
export function booleanValue(content: Uint8Array): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) {
    throw new EncodingError("BOOLEAN that is neither 00 nor FF");
  }
  return content[0] === 0xff;
}

/** Bits, most significant first. */
export interface BitString {
  /** The bits, filled up with zeros at the end. */
  readonly bytes: Uint8Array;
  /** How many of the last byte's bits are filling: 0 to 7. */
  readonly unused: number;
}

/** Reads a BIT STRING. @throws {EncodingError} If its filling is too long or not zero. */
export function bitStringValue(content: Uint8Array): BitString {
  const unused = content[0];
  const bytes = content.subarray(1);
  if (unused === undefined || unused > 7) throw new EncodingError("BIT STRING without a bit count");
  const last = bytes.at(-1);
  const filling = (1 << unused) - 1;
  if (last === undefined ? unused !== 0 : (last & filling) !== 0) {
    throw new EncodingError("BIT STRING with bits after its end");
  }
  return { bytes, unused };
}

/** Reads a BIT STRING of whole bytes. @throws {EncodingError} If it is not one. */
export function readBitStringBytes(reader: DerReader): Uint8Array {
  const { bytes, unused } = bitStringValue(reader.element(TAG.bitString).content);
  if (unused !== 0) throw new EncodingError(`BIT STRING with ${unused} unused bits`);
  return bytes;
}

/** Longest OBJECT IDENTIFIER that is read, in bytes, as in cryptography: a long number costs time. */
const MAX_IDENTIFIER = 63;

/**
 * Reads an OBJECT IDENTIFIER as dotted numbers.
 *
 * @throws {EncodingError} If it is not minimal, or longer than any that is in use.
 */
export function readObjectIdentifier(reader: DerReader): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  let inside = false;
  const { content } = reader.element(TAG.objectIdentifier);
  if (content.length > MAX_IDENTIFIER) throw new EncodingError("OBJECT IDENTIFIER too long");
  for (const byte of content) {
    if (!inside && byte === 0x80) throw new EncodingError("OBJECT IDENTIFIER not minimal");
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    inside = byte >= 0x80;
    if (inside) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first, ...others] = arcs;
  if (first === undefined || inside) throw new EncodingError("OBJECT IDENTIFIER cut off");
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...others].join(".");
}

const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Reads a `Time` of a certificate (RFC 5280 §4.1.2.5): UTCTime or GeneralizedTime, with seconds, in UTC.
 *
 * @returns Milliseconds since the epoch.
 * @throws {EncodingError} If it has another form or is no date of the calendar.
 */
export function readTime(reader: DerReader): number {
  const { tag, content } = reader.any();
  const text = String.fromCharCode(...content.subarray(0, 16));
  if (tag === TAG.utcTime) return timeOf(`${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}`);
  if (tag === TAG.generalizedTime && content.length === 15) return timeOf(text);
  throw new EncodingError("Time that is neither UTCTime nor GeneralizedTime");
}

function timeOf(text: string): number {
  const [, year, month, day, hour, minute, second] = TIME.exec(text) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(iso);
  // Date.parse rolls 30 February over into March: only a date that comes back as written exists.
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso) {
    throw new EncodingError("Time that is no date");
  }
  return time;
}
