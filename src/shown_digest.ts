/**
 * Digests in text.
 *
 * @module
 */

/** Digits that distinguish two digests for a reader. */
const SHOWN = 16;

/**
 * The text with each digest of SHA-256 or longer reduced to its first digits.
 *
 * @example
 * ```ts
 * import { shortDigests } from "@/shown_digest.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shortDigests(`it is '${"0123456789abcdef".repeat(8)}'`), "it is '0123456789abcdef…'");
 * ```
 */
export function shortDigests(text: string): string {
  return text.replace(/\b[0-9a-f]{64,}\b/g, (digest) => `${digest.slice(0, SHOWN)}…`);
}
