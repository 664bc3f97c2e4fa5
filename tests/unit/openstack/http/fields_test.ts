/**
 * Header fields that were sent several times.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { fieldOf } from "@/openstack/http/fields.ts";

const DATE = "Sun, 29 Nov 2026 18:00:00 GMT";

for (
  const [lines, value] of [
    [[], undefined],
    [["5"], "5"],
    [["5", "5"], "5"],
    [["5", "5", "5"], "5"],
    [["5", "6"], "5, 6"],
    [["5", "5", "6"], "5, 5, 6"],
    [[DATE], DATE],
    [[DATE, DATE], DATE],
    [["a, a"], "a"],
    [["", ""], ","],
  ] as const
) {
  Deno.test(`fieldOf reads ${JSON.stringify(lines)} as ${JSON.stringify(value)}`, () => {
    const headers = new Headers(lines.map((line): [string, string] => ["x-field", line]));
    assertEquals(fieldOf(headers, "x-field"), value);
  });
}

Deno.test("fieldOf reads a field of nothing but commas as fast as any other", () => {
  const text = "1,".repeat(1 << 17);
  assertEquals(fieldOf(new Headers([["x-field", text]]), "x-field"), text);
});
