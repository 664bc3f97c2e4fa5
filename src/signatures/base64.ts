/**
 * Base64 as every Python's `base64.b64decode` reads it, because that is what reads `img_signature` in Glance
 * and in nova: what Glance accepted at upload must mean the same bytes here. `Buffer.from` and `atob`
 * both differ from it.
 *
 * @module
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/**
 * Decodes base64 with CPython's rules (`binascii.a2b_base64`, non-strict): characters outside the
 * alphabet are skipped, so line breaks are fine and the url-safe `-` and `_` are not digits; padding that
 * is missing is an error. The first complete padding ends the data: digits after it are an error, because
 * Python 3.12 leaves them out and newer ones read on.
 *
 * @param text The encoded bytes.
 * @returns The bytes, or `null` where Python raises an error.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!isAscii(text)) return null;
  const bytes: number[] = [];
  let position = 0;
  let carry = 0;
  let pads = 0;
  let hasEnded = false;
  for (const character of text) {
    if (character === "=") {
      // Padding before the third digit of a group is one more character to skip.
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

function isAscii(text: string): boolean {
  for (const character of text) {
    if (character > "\x7f") return false;
  }
  return true;
}
