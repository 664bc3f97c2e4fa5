/**
 * Valid values of `--output`.
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
  return assertThrows(() => outputPath(systemFiles, word, true), ToolError).code;
}

Deno.test("outputPath accepts a new name, and a file to replace", () =>
  withFiles({ "old.img": "x" }, (folder) => {
    assertEquals(outputPath(systemFiles, `${folder}/./new.img`, false), join(folder, "new.img"));
    assertEquals(outputPath(systemFiles, join(folder, "old.img"), true), join(folder, "old.img"));
    assertEquals(
      outputPath(systemFiles, join(folder, "no/such/x"), false),
      join(folder, "no/such/x"),
    );
  }));

Deno.test("outputPath replaces a file only where that is asked for", () =>
  withFiles({ "old.img": "x" }, (folder) => {
    const path = join(folder, "old.img");
    const error = assertThrows(() => outputPath(systemFiles, path, false), ToolError);
    assertEquals(error.code, "cannot_create");
    assertEquals(error.hints, ["replace it with --force, or name another file"]);
  }));

Deno.test("outputPath refuses a directory, and a name that ends like one", () =>
  withFiles({ "old.img": "x" }, (folder) => {
    for (const word of [folder, `${folder}/`, `${folder}/new/`, `${folder}/old.img/`, "/", "."]) {
      assertEquals(refusal(word), "cannot_create", word);
    }
    assertEquals(refusal(""), "usage");
  }));

Deno.test("outputPath refuses to replace a device", () => {
  const error = assertThrows(() => outputPath(systemFiles, "/dev/null", true), ToolError);
  assertEquals(error.code, "cannot_create");
  assertEquals(error.hints, ["write to it with a redirection: --output - > /dev/null"]);
});
