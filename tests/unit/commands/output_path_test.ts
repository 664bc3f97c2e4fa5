/**
 * What `--output` may name.
 *
 * @module
 */
import { join } from "node:path";
import { outputPath } from "@/commands/output_path.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { withFiles } from "../../doubles/folder.ts";

function refusal(word: string): string {
  return assertThrows(() => outputPath(systemFiles, word), ToolError).code;
}

Deno.test("outputPath takes a new name, and a file that is there", () =>
  withFiles({ "old.img": "x" }, (folder) => {
    assertEquals(outputPath(systemFiles, `${folder}/./new.img`), join(folder, "new.img"));
    assertEquals(outputPath(systemFiles, join(folder, "old.img")), join(folder, "old.img"));
    assertEquals(outputPath(systemFiles, join(folder, "no/such/x")), join(folder, "no/such/x"));
  }));

Deno.test("outputPath refuses what is, or reads as, a directory", () =>
  withFiles({ "old.img": "x" }, (folder) => {
    for (const word of [folder, `${folder}/`, `${folder}/new/`, `${folder}/old.img/`, "/", "."]) {
      assertEquals(refusal(word), "cannot_create", word);
    }
    assertEquals(refusal(""), "usage");
  }));

Deno.test("outputPath refuses to replace a device", () => {
  const error = assertThrows(() => outputPath(systemFiles, "/dev/null"), ToolError);
  assertEquals(error.code, "cannot_create");
  assertEquals(error.hints, ["write to it with a redirection: --output - > /dev/null"]);
});
