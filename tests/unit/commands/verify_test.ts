import { assertEquals, assertInstanceOf } from "@std/assert";
import { namedFileError } from "@/commands/verify.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";

const AGAIN = "fetch it again: glance-direct fetch --force ID -o /tmp/x.img";

const HINTS: readonly (readonly [code: ErrorCode, hint: string, hints: readonly string[]])[] = [
  ["size_mismatch", "replace it: glance-direct fetch --force ID", [AGAIN]],
  ["format_rejected", "upload it again", [AGAIN, "upload it again"]],
  ["hash_missing", "--allow-unhashed", ["--allow-unhashed"]],
];

for (const [code, hint, hints] of HINTS) {
  Deno.test(`verify of a named file never suggests replacing the cached one: ${code}`, () => {
    const error = namedFileError(
      new ToolError(code, "Wrong", { hints: [hint] }),
      "ID",
      "/tmp/x.img",
    );
    assertInstanceOf(error, ToolError);
    assertEquals([error.code, error.message, error.hints], [code, "Wrong", hints]);
  });
}
