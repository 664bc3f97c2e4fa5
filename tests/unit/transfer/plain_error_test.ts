import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { DownloadError } from "@/transfer/failure.ts";
import { ToolError } from "@/errors.ts";
import { fromPlain, toPlain } from "@/transfer/plain_error.ts";

/** What becomes of an error on its way to another thread. */
function across(error: unknown): Error {
  return fromPlain(structuredClone(toPlain(error)));
}

Deno.test("a ToolError keeps code, message, hints and retryAfter", () => {
  const error = across(new ToolError("timeout", "Late", { hints: ["wait"], retryAfter: 3 }));
  assertInstanceOf(error, ToolError);
  const { code, exitStatus, hints, message, retryAfter } = error;
  assertEquals({ code, exitStatus, hints, message, retryAfter }, {
    code: "timeout",
    exitStatus: 75,
    hints: ["wait"],
    message: "Late",
    retryAfter: 3,
  });
});

Deno.test("a DownloadError keeps its attempts, too", () => {
  const attempt = {
    source: "rbd",
    location: "rbd://x",
    outcome: "failed",
    code: "timeout",
    message: "Late",
    bytes: 1,
    seconds: 2,
  } as const;
  const cause = new ToolError("timeout", "Late", { hints: ["wait"] });
  const error = across(new DownloadError("temporary", "All failed", [attempt], cause));
  assertInstanceOf(error, DownloadError);
  assertEquals(error.attempts, [attempt]);
  assertEquals(error.hints, ["wait"]);
});

Deno.test("a bug keeps its stack and does not become a ToolError", () => {
  const error = across(new TypeError("oops"));
  assert(!(error instanceof ToolError));
  assertStringIncludes(error.stack ?? "", "plain_error_test.ts");
});

Deno.test("a value that is not an error crosses as its text", () => {
  assertEquals(across("just text").message, "just text");
});
