/**
 * Image names are chosen by their owners: none may control the terminal of a reader.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { renderFailure } from "@/ui/failure.ts";
import { renderFetch } from "@/ui/fetch_result.ts";
import { renderFields } from "@/ui/fields.ts";
import { oneLine } from "@/ui/one_line.ts";
import { planLine } from "@/ui/plan.ts";
import { renderTable } from "@/ui/table.ts";
import { assertEquals, assertFalse } from "@std/assert";
import { resultOf } from "../../doubles/result.ts";

const EVIL = "a\r\nglance-direct: error: forged\u001b]0;title\u0007\u009b2J\u202egnp\u2066\u061c";

Deno.test("oneLine leaves every other character as it is", () => {
  const name = "ünïcødé 日本 👩‍👩‍👧 \"q\" 'x' $(y) \\ \u00ad";
  assertEquals(oneLine(name), name);
});

Deno.test("no text output contains terminal control characters or forged lines", () => {
  const result = resultOf({ image: { id: "i", name: EVIL, size: 1, disk_format: "raw" } });
  const row = { source: "rbd", location: EVIL, use: false, reason: EVIL };
  const outputs = [
    [renderFetch(result).text({ columns: Infinity }), 2],
    [renderFields([["name", EVIL]]), 1],
    [renderTable(["NAME"], [[EVIL]]), 2],
    [planLine(row), 1],
    [renderFailure(new ToolError("io", EVIL, { hints: [EVIL] }), "text").text.trimEnd(), 2],
  ] as const;
  for (const [text, lines] of outputs) {
    assertEquals(text.split("\n").length, lines, text);
    assertFalse(/[^\P{Cc}\n]|[\u061c\u202a-\u202e\u2066-\u2069]/u.test(text), JSON.stringify(text));
  }
});

Deno.test("renderFailure keeps the lines of a stack", () => {
  const { text } = renderFailure(new Error("oops"), "text");
  assertEquals(text.includes("\n    at "), true);
});
