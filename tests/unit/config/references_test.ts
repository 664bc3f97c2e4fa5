/**
 * References in values, without the options they lead to.
 *
 * @module
 */
import fc from "fast-check";
import { substitute } from "@/config/references.ts";
import { assertEquals } from "@std/assert";

const NAMES = (name: string) => `<${name}>`;

Deno.test("substitute asks for bare and braced names, dots included", () => {
  assertEquals(substitute("$a.b-${c.d}.e$f", NAMES), "<a.b>-<c.d>.e<f>");
});

Deno.test("substitute turns $$ and \\$ into a plain $, from left to right", () => {
  assertEquals(substitute("$$a \\$a $$$a \\\\$a", NAMES), "$a $a $<a> \\$a");
});

Deno.test("substitute leaves a $ without a name", () => {
  assertEquals(substitute("$ $1 ${} ${a $é $", NAMES), "$ $1 ${} ${a $é $");
});

Deno.test("substitute does not read its own results again", () => {
  assertEquals(substitute("$a$b", () => "$$c"), "$$c$$c");
});

Deno.test("substitute leaves a text without $ as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("$")), (text) => {
      assertEquals(substitute(text, NAMES), text);
    }),
    { seed: 4 },
  );
});

Deno.test("substitute gives back any text whose $ were doubled", () => {
  const text = fc.string({ unit: fc.constantFrom(..."$\\{}ab._ ") });
  fc.assert(
    fc.property(text.filter((text) => !text.includes("\\$")), (text) => {
      assertEquals(substitute(text.replaceAll("$", "$$$$"), NAMES), text);
    }),
    { seed: 5, numRuns: 500 },
  );
});
