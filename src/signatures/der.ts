/**
 * Strict reader of DER (ITU-T X.690 §10), the encoding of certificates, keys and ECDSA and DSA
 * signatures. What has more than one encoding is refused, so the bytes that were signed and the
 * bytes that are understood cannot differ.
 *
 * @module
 */
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

/** One tag-length-value. */
export interface DerElement {
  /** The identifier octet. */
  readonly tag: number;
  /** The value's bytes. */
  readonly content: Uint8Array;
  /** Identifier, length and value. */
  readonly encoded: Uint8Array;
}

/** Reads the elements of some DER bytes one after the other. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  /** Reads some bytes: elements without a gap, never copied. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether every byte has been read. */
  get atEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  /** The next element, of any tag. @throws {EncodingError} If its header is not DER or it is cut off. */
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

  /** The next element, of one tag. @throws {EncodingError} If it is another or not DER. */
  element(tag: number): DerElement {
    const found = this.any();
    if (found.tag !== tag) throw new EncodingError(`tag ${hex(found.tag)}, expected ${hex(tag)}`);
    return found;
  }

  /** The next element if it has this tag. @throws {EncodingError} If it has, and is not DER. */
  optional(tag: number): DerElement | undefined {
    return this.#bytes[this.#position] === tag ? this.any() : undefined;
  }

  /** A reader of the inside of the next element. @throws {EncodingError} If it has another tag. */
  inside(tag: number): DerReader {
    return new DerReader(this.element(tag).content);
  }

  /** Ends the reading. @throws {EncodingError} If bytes are left: trailing data is never ignored. */
  end(): void {
    const left = this.#bytes.length - this.#position;
    if (left !== 0) throw new EncodingError(`${left} bytes after the end`);
  }

  /** X.690 §10.1: definite, in the fewest bytes. Four bytes are more than any key or certificate. */
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
 * @param read Reads the inside; it need not check that nothing is left.
 * @throws {EncodingError} If anything is before, after or left inside the element.
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
