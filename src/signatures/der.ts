/**
 * Strict reader of DER (ITU-T X.690 §8, §10, §11), the encoding of certificates, keys and ECDSA and
 * DSA signatures: elements that contain numbers, booleans, bit strings, object identifiers and
 * times. Values that have more than one encoding are rejected, so that the signed bytes have only
 * one meaning.
 *
 * @module
 */
import { bytesToNumberBE } from "@noble/curves/utils.js";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** Identifier octets of the types that certificates and signatures use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One tag-length-value: the identifier octet, the value's bytes, and all bytes. */
export type DerElement = {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly encoded: Uint8Array;
};

/** Reads elements from DER bytes one after the other. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  /** Reads some bytes: elements without gaps, without copying. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether every byte has been read. */
  get atEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  /** The next element, of any tag. @throws {EncodingError} If it is not DER or is truncated. */
  any(): DerElement {
    const start = this.#position;
    const tag = this.#byte();
    if ((tag & 0x1f) === 0x1f) throw new EncodingError(`tag of more than one byte at ${start}`);
    const length = this.#length();
    const from = this.#position;
    if (length > this.#bytes.length - from) {
      throw new EncodingError(
        `${length} bytes announced at ${start}, ${this.#bytes.length - from} left`,
      );
    }
    this.#position = from + length;
    return {
      tag,
      content: this.#bytes.subarray(from, this.#position),
      encoded: this.#bytes.subarray(start, this.#position),
    };
  }

  /** The next element, of one tag. @throws {EncodingError} If it has another tag or is not DER. */
  element(tag: number): DerElement {
    const found = this.any();
    if (found.tag !== tag) throw new EncodingError(`tag ${hex(found.tag)}, expected ${hex(tag)}`);
    return found;
  }

  /** The next element if it has this tag. @throws {EncodingError} If it has, but is not DER. */
  optional(tag: number): DerElement | undefined {
    return this.#bytes[this.#position] === tag ? this.any() : undefined;
  }

  /** A reader of the content of the next element. @throws {EncodingError} If it has another tag. */
  inside(tag: number): DerReader {
    return new DerReader(this.element(tag).content);
  }

  /** Ends the reading. @throws {EncodingError} If bytes are left: trailing data is not ignored. */
  end(): void {
    const left = this.#bytes.length - this.#position;
    if (left !== 0) throw new EncodingError(`${left} bytes after the end`);
  }

  /** X.690 §10.1: definite, in the fewest bytes. No certificate needs more than four bytes. */
  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw new EncodingError(`length of ${count} bytes`);
    let length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 256 ** (count - 1)) throw new EncodingError("length not minimal");
    return length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#position];
    if (byte === undefined) throw new EncodingError(`cut off after ${this.#position} bytes`);
    this.#position++;
    return byte;
  }
}

/**
 * Reads bytes that are exactly one element.
 *
 * @param bytes The bytes.
 * @param tag The element's tag.
 * @param read Reads the content; it need not check that nothing is left.
 * @throws {EncodingError} If there are bytes before, after or left inside the element.
 */
export function readWhole<T>(bytes: Uint8Array, tag: number, read: (inside: DerReader) => T): T {
  const outer = new DerReader(bytes);
  const inside = outer.inside(tag);
  outer.end();
  const value = read(inside);
  inside.end();
  return value;
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, "0")}`;
}

/** Reads an INTEGER, as its content. @throws {EncodingError} If it is empty or not minimal. */
export function readInteger(reader: DerReader): Uint8Array {
  const { content } = reader.element(TAG.integer);
  const [first, second] = content;
  if (first === undefined) throw new EncodingError("INTEGER without content");
  const isSign = second !== undefined && (second < 0x80 ? first === 0 : first === 0xff);
  if (isSign) throw new EncodingError("INTEGER not minimal");
  return content;
}

/** Reads an INTEGER ≥ 0. @throws {EncodingError} If it is negative or not minimal. */
export function readUnsigned(reader: DerReader): bigint {
  const content = readInteger(reader);
  if ((content[0] ?? 0) >= 0x80) throw new EncodingError("negative INTEGER");
  return bytesToNumberBE(content);
}

/** Reads a BOOLEAN. @throws {EncodingError} If it is neither 00 nor FF. */
export function booleanValue(content: Uint8Array): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) {
    throw new EncodingError("BOOLEAN that is neither 00 nor FF");
  }
  return content[0] === 0xff;
}

/**
 * Bits, most significant first, padded with zeros at the end; `unused` is the number of padding bits: 0
 * to 7.
 */
export type BitString = { readonly bytes: Uint8Array; readonly unused: number };

/** Reads a BIT STRING. @throws {EncodingError} If its padding is too long or not zero. */
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

/** Longest OBJECT IDENTIFIER in bytes, as in cryptography: a long number costs time. */
const MAX_IDENTIFIER = 63;

/**
 * Reads an OBJECT IDENTIFIER as dotted numbers.
 *
 * @throws {EncodingError} If it is not minimal, or longer than any in use.
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
 * Reads a `Time` of a certificate (RFC 5280 §4.1.2.5): UTCTime or GeneralizedTime, with seconds, in
 * UTC.
 *
 * @returns Milliseconds since the epoch.
 * @throws {EncodingError} If it has another form or is not a valid date.
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
  // Date.parse turns 30 February into a day in March: only a date that is formatted back unchanged
  // exists.
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso) {
    throw new EncodingError("Time that is not a date");
  }
  return time;
}
