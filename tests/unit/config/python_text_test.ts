/**
 * Python's white space and numbers, where JavaScript has others.
 *
 * @module
 */
import fc from "fast-check";
import { floatRepr, parseFloat, parseInt, repr, strip } from "@/config/python_text.ts";
import { assert, assertEquals } from "@std/assert";

Deno.test("strip takes Python's white space, not JavaScript's", () => {
  assertEquals(strip("\u001c\u0085 a\ufeff \u3000\n"), "a\ufeff");
  assertEquals(strip(" \t\n"), "");
});

Deno.test("parseInt is exact or nothing", () => {
  assertEquals(parseInt("9007199254740991"), Number.MAX_SAFE_INTEGER);
  assertEquals(parseInt("9007199254740992"), undefined);
  assert(Object.is(parseInt("-0"), 0));
});

Deno.test("parseInt reads the digits of every script", () => {
  for (const digits of ["0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿"]) {
    assertEquals(parseInt(digits), 123456789, digits);
  }
});

Deno.test("floatRepr and parseFloat are inverse", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const back = parseFloat(floatRepr(value));
      assert(Object.is(back, value), `${value}: ${floatRepr(value)}`);
    }),
    { seed: 3, numRuns: 2000 },
  );
});

Deno.test("repr escapes what Python would escape", () => {
  assertEquals(
    ["a", "it's", '"', `'"`, "\\", "\n\r\t", "\0\x7f", "\u00a0\u00ad", "\u2028", "\u{e000}", "é"]
      .map(repr),
    [
      "'a'",
      `"it's"`,
      `'"'`,
      `'\\'"'`,
      "'\\\\'",
      "'\\n\\r\\t'",
      "'\\x00\\x7f'",
      "'\\xa0\\xad'",
      "'\\u2028'",
      "'\\ue000'",
      "'é'",
    ],
  );
});
