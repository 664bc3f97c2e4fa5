/**
 * Distinguished names.
 *
 * @module
 */
import { assertEquals, assertNotEquals } from "@std/assert";
import { TAG } from "@/signatures/der.ts";
import { parseName } from "@/signatures/name.ts";
import { tlv } from "./der_writer.ts";

const COMMON_NAME = tlv(TAG.objectIdentifier, [0x55, 0x04, 0x03]);
const UNKNOWN = tlv(TAG.objectIdentifier, [0x2a, 0x03]);
const utf8 = (text: string) => tlv(12, new TextEncoder().encode(text));
const name = (...attributes: readonly (readonly [Uint8Array, Uint8Array])[]) =>
  parseName(tlv(
    TAG.sequence,
    ...attributes.map(([type, value]) => tlv(TAG.set, tlv(TAG.sequence, type, value))),
  ));

Deno.test("a name compares by its text, in whichever string type it is", () => {
  const inUtf8 = name([COMMON_NAME, utf8("ab")]);
  assertEquals(name([COMMON_NAME, tlv(30, [0, 0x61, 0, 0x62])]), inUtf8);
  assertEquals(name([COMMON_NAME, tlv(28, [0, 0, 0, 0x61, 0, 0, 0, 0x62])]), inUtf8);
  assertNotEquals(name([COMMON_NAME, utf8("Ab")]).key, inUtf8.key);
});

Deno.test("no text of a value makes one name look like another", () => {
  const one = name([COMMON_NAME, utf8('a","2.5.4.3=b')]);
  const two = name([COMMON_NAME, utf8("a")], [COMMON_NAME, utf8("b")]);
  assertNotEquals(one.key, two.key);
  assertNotEquals(one.text, two.text);
});

Deno.test("a name's text is one line without control characters", () => {
  const found = name([COMMON_NAME, utf8("a\n\x1b[31m\u202eb,c")], [UNKNOWN, utf8("x")]);
  assertEquals(found.text, "1.2.3=x,CN=a\\u{a}\\u{1b}[31m\\u{202e}b\\,c");
});
