/**
 * Lines, mistakes and robustness of the INI dialect.
 *
 * @module
 */
import fc from "fast-check";
import { parseIni, sectionName } from "@/config/oslo_ini.ts";
import { ToolError } from "@/errors.ts";
import { assertEquals, assertFalse, assertThrows } from "@std/assert";

Deno.test("parseIni remembers the line where a value begins", () => {
  const file = parseIni("# c\n[glance]\n\na = 1\n  2\nb = 3\na = 4\n", "/x");
  assertEquals(file.get("glance")?.get("a"), [
    { text: "1\n2", line: 4 },
    { text: "4", line: 7 },
  ]);
  assertEquals(file.get("glance")?.get("b"), [{ text: "3", line: 6 }]);
});

Deno.test("parseIni names the file, the line and the kind of a mistake", () => {
  const mistakes = {
    "[a]\nb = 1\nc\n": "Cannot read '/etc/x.conf:3': an option needs '=' or ':'",
    "[a]\n= 1\n": "Cannot read '/etc/x.conf:2': an option has no name",
    "\n[a\n": "Cannot read '/etc/x.conf:2': a section must end with ']'",
    "[]\n": "Cannot read '/etc/x.conf:1': a section has no name",
    "[a]\n  b = 1\n": "Cannot read '/etc/x.conf:2': an indented line continues nothing",
    "# c\nb = 1\n\n[a]\n": "Cannot read '/etc/x.conf:2': an option comes before any section",
  };
  for (const [text, message] of Object.entries(mistakes)) {
    const error = assertThrows(() => parseIni(text, "/etc/x.conf"), ToolError);
    assertEquals([error.message, error.code], [message, "config_invalid"]);
    assertEquals(error.hints.length, 1);
  }
});

Deno.test("parseIni quotes no line in an error: it may hold a password", () => {
  for (const text of ["[a]\npassword geheim", "[a]\n  geheim", "[geheim", "[a]\n=geheim"]) {
    const error = assertThrows(() => parseIni(text, "/x"), ToolError);
    assertFalse(error.message.includes("geheim"), text);
  }
});

Deno.test("sectionName keeps the case of DEFAULT only", () => {
  assertEquals(["DEFAULT", "Default", "Glance"].map(sectionName), ["DEFAULT", "default", "glance"]);
});

const PLAIN = fc.string({ unit: fc.constantFrom(..."abz019_.-/$=:#;'\"[]é🙂 "), maxLength: 12 });
const ENTRIES = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z_]{0,8}$/),
  fc.dictionary(
    fc.stringMatching(/^[a-z][a-z_]{0,8}$/),
    fc.array(PLAIN.map((text) => text.trim()), { minLength: 1, maxLength: 3 }),
  ),
);

Deno.test("parseIni reads back what was written", () => {
  fc.assert(
    fc.property(ENTRIES, (groups) => {
      // Quotes keep what would be taken for quotes.
      const lines = Object.entries(groups).flatMap(([group, options]) => [
        `[${group}]`,
        ...Object.entries(options).flatMap(([name, texts]) =>
          texts.map((text) => `${name} = "${text}"`)
        ),
      ]);
      const read = [...parseIni(lines.join("\n"), "/x")].map(([group, options]) => [
        group,
        Object.fromEntries([...options].map(([name, all]) => [name, all.map(({ text }) => text)])),
      ]);
      assertEquals(Object.fromEntries(read), { ...groups });
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("parseIni throws nothing but config_invalid, whatever the text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.array(
      fc.constantFrom("[a]", "[", "]", "=", ":", " ", "\t", "\n", "\r", "#", "x", '"', "\u0085"),
    )
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (text) => {
      try {
        parseIni(text, "/x");
      } catch (error) {
        if (!(error instanceof ToolError) || error.code !== "config_invalid") throw error;
      }
    }),
    { seed: 2, numRuns: 1000 },
  );
});
