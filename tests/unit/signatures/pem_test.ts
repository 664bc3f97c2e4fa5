/**
 * Base64 as Python reads it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeBase64 } from "@/signatures/pem.ts";

const text = (bytes: Uint8Array | null) => bytes === null ? null : new TextDecoder().decode(bytes);

Deno.test("decodeBase64 returns what was encoded, with line breaks and other characters anywhere", () => {
  const noise = fc.string({ unit: fc.constantFrom("\n", " ", "-", "_", "!", "\0") });
  fc.assert(fc.property(fc.uint8Array(), fc.nat(), noise, (bytes, at, strewn) => {
    const encoded = bytes.toBase64();
    const cut = at % (encoded.length + 1);
    const changed = encoded.slice(0, cut) + strewn + encoded.slice(cut);
    assertEquals(decodeBase64(changed), new Uint8Array(bytes));
  }));
});

Deno.test("decodeBase64 refuses what Python refuses: padding that is missing or followed by more, characters beyond ASCII", () => {
  for (const broken of ["QQ", "QUI", "A", "QUJD=QQ", "QUJDé", "QQ==QUJD", "QUI=QUI=", "QQ==\nQ"]) {
    assertEquals(decodeBase64(broken), null, broken);
  }
});

Deno.test("decodeBase64 ends at the first complete padding", () => {
  const expected = {
    "QQ==": "A",
    "QQ==\n": "A",
    "QQ====": "A",
    "==QUJD": "ABC",
    "====": "",
    "": "",
  };
  for (const [encoded, decoded] of Object.entries(expected)) {
    assertEquals(text(decodeBase64(encoded)), decoded, encoded);
  }
});
