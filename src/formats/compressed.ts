/**
 * Recognizes a compressed file by its first bytes. Vendors publish images as `.xz` or `.gz` files,
 * and some are uploaded as they are. Neither nova nor qemu decompresses them.
 *
 * @module
 */

/** Bytes that {@linkcode compressionOf} needs. */
export const MAGIC_LENGTH = 6;

/** First bytes in hex (file(1), `magic/Magdir/compress`), and the command that decompresses. */
const MAGICS: readonly (readonly [name: string, magic: RegExp, command: string])[] = [
  ["xz", /^fd377a585a00/, "unxz"],
  ["gzip", /^1f8b08/, "gunzip"],
  ["bzip2", /^425a683[1-9]3141/, "bunzip2"],
  ["zstd", /^28b52ffd/, "unzstd"],
];

/** How a file is compressed: the name of the method, and the command that decompresses it. */
export type Compression = { readonly name: string; readonly command: string };

/**
 * The compression of a file, or `undefined` if it is not known to be compressed.
 *
 * @example
 * ```ts
 * import { compressionOf } from "@/formats/compressed.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(compressionOf(Uint8Array.of(0x1f, 0x8b, 8))?.name, "gzip");
 * ```
 */
export function compressionOf(head: Uint8Array<ArrayBuffer>): Compression | undefined {
  const hex = head.subarray(0, MAGIC_LENGTH).toHex();
  const [name, , command] = MAGICS.find(([, magic]) => magic.test(hex)) ?? [];
  return name === undefined || command === undefined ? undefined : { name, command };
}
