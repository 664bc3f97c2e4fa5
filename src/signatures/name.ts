/**
 * Distinguished names of certificates (RFC 5280 §4.1.2.4).
 *
 * @module
 */
import { type DerReader, readObjectIdentifier, readWhole, TAG } from "@/signatures/der.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** A distinguished name. */
export interface Name {
  /** The name for people, most specific part first (RFC 4514), without control characters. */
  readonly text: string;
  /**
   * A key that is the same for equal names: it has the attributes' types and decoded values,
   * without the string type of a value, as in cryptography's `x509.Name`, which cursive compares.
   */
  readonly key: string;
}

const ATTRIBUTE: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
};

/** String types and their decoders. */
const ENCODING: ReadonlyMap<number, "utf-8" | "utf-16be" | "utf-32be"> = new Map([
  [12, "utf-8"], // UTF8String
  [18, "utf-8"], // NumericString
  [19, "utf-8"], // PrintableString
  [20, "utf-8"], // TeletexString: read as everyone reads it, not as T.61
  [22, "utf-8"], // IA5String
  [26, "utf-8"], // VisibleString
  [28, "utf-32be"], // UniversalString
  [30, "utf-16be"], // BMPString
]);

type Attribute = readonly [type: string, value: string];

/**
 * Reads a Name.
 *
 * @param encoded One DER element.
 * @throws {EncodingError} If it is not well formed, or has a value that is not text.
 */
export function parseName(encoded: Uint8Array): Name {
  const parts = readWhole(encoded, TAG.sequence, (reader) => {
    const found: (readonly Attribute[])[] = [];
    while (!reader.atEnd) found.push(readPart(reader.inside(TAG.set)));
    return found;
  });
  const text = parts.toReversed().map((part) => part.map(attributeText).join("+")).join(",");
  const key = JSON.stringify(parts.map((part) => part.map((pair) => pair.join("=")).toSorted()));
  return { text, key };
}

/** A RelativeDistinguishedName: at least one attribute, in DER's order (X.690 §11.6). */
function readPart(reader: DerReader): readonly Attribute[] {
  const attributes: Attribute[] = [];
  let before: Uint8Array = new Uint8Array();
  while (!reader.atEnd) {
    const { encoded } = reader.element(TAG.sequence);
    if (isBefore(encoded, before)) throw new EncodingError("a part of a name that is not sorted");
    attributes.push(readWhole(encoded, TAG.sequence, readAttribute));
    before = encoded;
  }
  if (attributes.length === 0) throw new EncodingError("a part of a name that is empty");
  return attributes;
}

function readAttribute(reader: DerReader): Attribute {
  return [readObjectIdentifier(reader), readText(reader)];
}

function isBefore(one: Uint8Array, other: Uint8Array): boolean {
  const at = other.findIndex((byte, index) => byte !== one[index]);
  return at !== -1 && (one[at] ?? 0) < (other[at] ?? 0);
}

function readText(reader: DerReader): string {
  const { tag, content } = reader.any();
  const encoding = ENCODING.get(tag);
  if (encoding === undefined) throw new EncodingError(`a name's value of type ${tag}`);
  if (encoding === "utf-32be") return decodeUtf32(content);
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new EncodingError(`a name's value that is not ${encoding}`);
  }
}

function decodeUtf32(content: Uint8Array): string {
  if (content.length % 4 !== 0) throw new EncodingError("a name's value that is not utf-32be");
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const points = Array.from({ length: content.length / 4 }, (_, at) => view.getUint32(4 * at));
  if (points.some((point) => point > 0x10ffff || (point >= 0xd800 && point < 0xe000))) {
    throw new EncodingError("a name's value that is not utf-32be");
  }
  return String.fromCodePoint(...points);
}

/** RFC 4514 §2.4; invisible characters are escaped, too: a name is untrusted text. */
function attributeText([type, value]: Attribute): string {
  const escaped = value.replace(/["+,;<>\\=]/g, "\\$&").replace(
    /\p{C}|\p{Zl}|\p{Zp}/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return `${ATTRIBUTE[type] ?? type}=${escaped}`;
}
