/**
 * Named values in two columns, on pages of any width.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { renderFields } from "@/ui/fields.ts";

const URL_ = "http://10.0.0.1:9292/v2/images/9ceeda6b-a1ff-404b-aff5-76a0876b3161/file";
const FIELDS = [
  ["id", "9ceeda6b-a1ff-404b-aff5-76a0876b3161"],
  ["sources", `glance  ${URL_}`],
  ["", "file"],
] as const;

Deno.test("renderFields keeps a value in one line where the page has no edge", () => {
  assertEquals(renderFields(FIELDS).split("\n"), [
    "id:      9ceeda6b-a1ff-404b-aff5-76a0876b3161",
    `sources: glance  ${URL_}`,
    "         file",
  ]);
});

Deno.test("renderFields continues in its column, and starts a path before the column rather than break it", () => {
  assertEquals(renderFields(FIELDS, 80).split("\n"), [
    "id:      9ceeda6b-a1ff-404b-aff5-76a0876b3161",
    "sources: glance",
    `${" ".repeat(80 - URL_.length)}${URL_}`,
    "         file",
  ]);
  assertEquals(renderFields([["path", URL_]], URL_.length + 4).split("\n"), [
    "path:",
    `    ${URL_}`,
  ]);
  assertEquals(renderFields([["path", URL_]], 40).split("\n"), ["path:", URL_]);
});
