/**
 * Own types, messages and robustness; oslo.config's types are in the cases shared with it.
 *
 * @module
 */
import fc from "fast-check";
import { asText, convert, formatValue, ValueError } from "@/config/convert.ts";
import type { OptionSpec } from "@/config/option_spec.ts";
import { assertEquals, assertThrows } from "@std/assert";

const spec = (part: Omit<OptionSpec, "help">): OptionSpec => ({ help: "", ...part });

Deno.test("convert reads sizes as bytes, and off as no limit", () => {
  assertEquals(convert("10M", spec({ type: "size" })), 10_485_760);
  assertEquals(convert("off", spec({ type: "size" })), null);
  assertEquals(convert(" ", spec({ type: "size" })), null);
});

Deno.test("convert reads durations as milliseconds", () => {
  assertEquals(convert("5m", spec({ type: "duration" })), 300_000);
  assertEquals(convert("", spec({ type: "duration" })), null);
});

Deno.test("convert reports the value that it found and what it expected", () => {
  const messages = [
    [spec({ type: "bool" }), "maybe", "'maybe' is not 'true' or 'false'"],
    [spec({ type: "int" }), "5.0", "'5.0' is not an integer"],
    [spec({ type: "int", min: 1 }), "0", "'0' is less than '1'"],
    [spec({ type: "size", min: 1 }), "0", "'0' is less than '1'"],
    [spec({ type: "duration", min: 1 }), "0", "'0s' is less than '1ms'"],
    [spec({ type: "float" }), "x", "'x' is not a number"],
    [spec({ type: "str", choices: ["a", "b"] }), "c", "'c' is not one of 'a', 'b'"],
    [spec({ type: "hostdomain" }), "-", "'-' is not a host name or an address"],
    [spec({ type: "size" }), "x", "'x' is not a size such as '10M', '1.5GiB' or 'off'"],
    [spec({ type: "duration" }), "x", "'x' is not a duration such as '30s', '5m' or '24h'"],
  ] as const;
  for (const [option, text, message] of messages) {
    assertEquals(assertThrows(() => convert(text, option), ValueError).message, message);
  }
});

Deno.test("convert accepts a name of 253 characters, and none of 254", () => {
  const name = (length: number) => `${"a".repeat(61)}.`.repeat(4) + "b".repeat(length - 248);
  assertEquals(convert(name(253), spec({ type: "hostdomain" })), name(253));
  assertThrows(() => convert(name(254), spec({ type: "hostdomain" })), ValueError);
});

Deno.test("convert throws nothing but ValueError, whatever the text and the type", () => {
  const types = ["str", "bool", "int", "float", "list", "hostdomain", "size", "duration"] as const;
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...types), (text, type) => {
      try {
        convert(text, spec({ type, min: 0 }));
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
      }
    }),
    { seed: 9, numRuns: 2000 },
  );
});

Deno.test("formatValue and asText write sizes and durations as they are read", () => {
  assertEquals(formatValue(10_485_760, spec({ type: "size" })), "10M");
  assertEquals(asText(90_000, spec({ type: "duration" })), "90s");
  assertEquals(formatValue(5, spec({ type: "int" })), 5);
});
