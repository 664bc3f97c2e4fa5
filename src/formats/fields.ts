/**
 * Reads fields of binary headers.
 *
 * @module
 */

/** The bytes as numbers, e.g. `fields(head).getBigUint64(24)`. */
export function fields(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// To a TextDecoder this label means windows-1252, which also decodes every byte to one character.
const DECODER = new TextDecoder("latin1");

/** The bytes as text, one character per byte; ASCII is exact. */
export function latin1(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** Whether the bytes at `offset` are `text`, one byte per character. */
export function hasText(bytes: Uint8Array, text: string, offset = 0): boolean {
  return latin1(bytes.subarray(offset, offset + text.length)) === text;
}
