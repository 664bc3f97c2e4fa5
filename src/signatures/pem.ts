/**
 * Base64, and PEM with it, the textual encoding of certificates and keys (RFC 7468).
 *
 * @module
 */
import { EncodingError } from "@/signatures/encoding_error.ts";

/** Characters allowed between BEGIN and END. */
export type PemLabel = "CERTIFICATE" | "PUBLIC KEY" | "PRIVATE KEY";

const BLOCK: Readonly<Record<PemLabel, RegExp>> = {
  "CERTIFICATE": /-----BEGIN (CERTIFICATE|X509 CERTIFICATE)-----([^-]*)-----END \1-----/,
  "PUBLIC KEY": /-----BEGIN (PUBLIC KEY)-----([^-]*)-----END \1-----/,
  "PRIVATE KEY": /-----BEGIN (PRIVATE KEY)-----([^-]*)-----END \1-----/,
};

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}$/;

/**
 * The bytes of the first block with this label in a text; the text around it is ignored.
 *
 * @throws {EncodingError} If there is none, or it is not base64.
 */
export function decodePem(text: string, label: PemLabel = "CERTIFICATE"): Uint8Array {
  const body = BLOCK[label].exec(text)?.[2];
  if (body === undefined) throw new EncodingError(faultOf(text, label));
  // Blanks at the end are not part of the pattern: two ways to match them would take quadratic
  // time.
  const bytes = BASE64.test(body.trimEnd()) ? decodeBase64(body) : null;
  if (bytes === null) throw new EncodingError("the PEM text is not base64");
  return bytes;
}

/** Names the label of what is there instead, nothing of its content. */
function faultOf(text: string, label: PemLabel): string {
  const other = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1];
  return other === undefined || other === label
    ? "it is not in PEM format"
    : `it has '${other}', expected '${label}'`;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/**
 * Decodes base64 with CPython's rules (`binascii.a2b_base64`, non-strict): characters outside the
 * alphabet are skipped, so line breaks are accepted and the url-safe `-` and `_` are not digits;
 * missing padding is an error. The first complete padding ends the data: digits after it are an
 * error, because Python 3.12 ignores them and newer versions read on. Glance and nova read
 * `img_signature` with it, so it must have the same meaning here; `Buffer.from` and `atob` differ
 * from it.
 *
 * @param text The encoded bytes.
 * @returns The bytes, or `null` if Python raises an error.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (/[^\0-\x7f]/.test(text)) return null;
  const bytes: number[] = [];
  let position = 0;
  let carry = 0;
  let pads = 0;
  let hasEnded = false;
  for (const character of text) {
    if (character === "=") {
      // Padding before the third digit of a group is skipped like other characters.
      if (position >= 2 && position + ++pads >= 4) hasEnded = true;
      continue;
    }
    const value = VALUES.get(character);
    if (value === undefined) continue;
    if (hasEnded) return null;
    pads = 0;
    if (position > 0) bytes.push(((carry << 6 | value) >> (6 - 2 * position)) & 0xff);
    carry = value;
    position = (position + 1) % 4;
  }
  return position === 0 || hasEnded ? Uint8Array.from(bytes) : null;
}
