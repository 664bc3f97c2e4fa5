/**
 * Python's white space and numbers where JavaScript's differ.
 *
 * @module
 */
import { parseInt, strip } from "@/config/python_text.ts";
import { assert, assertEquals } from "@std/assert";

Deno.test("strip removes Python's white space, not JavaScript's", () => {
  assertEquals(strip("\u001c\u0085 a\ufeff \u3000\n"), "a\ufeff");
  assertEquals(strip(" \t\n"), "");
});

Deno.test("parseInt is exact or nothing", () => {
  assertEquals(parseInt("9007199254740991"), Number.MAX_SAFE_INTEGER);
  assertEquals(parseInt("9007199254740992"), undefined);
  assert(Object.is(parseInt("-0"), 0));
});
