import { assertEquals, assertThrows } from "@std/assert";
import { readUtf8 } from "@/config/utf8_file.ts";
import { ToolError } from "@/errors.ts";

const encoder = new TextEncoder();

function read(...pieces: readonly (string | number)[]): string {
  const bytes = pieces.flatMap((one) => typeof one === "string" ? [...encoder.encode(one)] : one);
  return readUtf8({ readBytes: () => Uint8Array.from(bytes) }, "/etc/nova/nova.conf");
}

Deno.test("readUtf8 returns the text, a replacement character and a byte order mark included", () => {
  for (const text of ["", "a = café\n", "a = \ufffd", "\ufeff[DEFAULT]", "\u0000"]) {
    assertEquals(read(text), text);
  }
});

const WRONG: readonly (readonly [string, readonly (string | number)[], number])[] = [
  ["Latin-1 in the first line", ["# caf", 0xe9, "\n[DEFAULT]\n"], 1],
  ["Latin-1 in the last line, which has no end", ["[DEFAULT]\r\n\na = ", 0xe9], 3],
  ["a character that its line cuts", ["[DEFAULT]\na = ", 0xc3, "\nb = é"], 2],
  ["a surrogate", ["\n\n\na = ", 0xed, 0xa0, 0x80, "\n"], 4],
  ["an overlong form", [0xc0, 0xaf], 1],
];

for (const [name, pieces, line] of WRONG) {
  Deno.test(`readUtf8 refuses ${name}, naming the line`, () => {
    const error = assertThrows(() => read(...pieces), ToolError);
    assertEquals(error.code, "config_invalid");
    assertEquals(error.message, `Cannot read '/etc/nova/nova.conf:${line}': it is not UTF-8`);
    assertEquals(error.hints.length, 1);
  });
}
