import { assertEquals } from "@std/assert";
import { optionRows, rowsIn, withTable } from "../../../.ci/options_table.ts";

const readme = Deno.readTextFileSync(new URL("../../../README.md", import.meta.url));

Deno.test("readme: its table of options is the option table's (deno task docs)", () => {
  assertEquals(rowsIn(readme), optionRows());
});

Deno.test("withTable() replaces what stands between the marks, and nothing else", () => {
  const text = "before\n<!-- options -->\nold\n<!-- /options -->\nafter";
  const made = withTable(text);
  assertEquals(rowsIn(made), optionRows());
  assertEquals([made.startsWith("before\n"), made.endsWith("\nafter")], [true, true]);
});
