import { assertEquals, assertStringIncludes } from "@std/assert";
import { downloadFailure } from "@/transfer/failure.ts";
import { ToolError } from "@/errors.ts";
import { renderFailure } from "@/ui/failure.ts";
import { IMAGE_ID, imageOf } from "../../doubles/image.ts";
import { attemptOf } from "../../doubles/result.ts";

const TIMEOUT = new ToolError("timeout", "no answer", { hints: ["try again"] });
const failed = (source: string) =>
  attemptOf({ source, outcome: "failed", code: "timeout", message: "no answer" });

Deno.test("renderFailure writes one line for each source", () => {
  const attempts = [failed("rbd"), failed("glance")];
  const error = downloadFailure(imageOf("x"), attempts, [TIMEOUT, TIMEOUT], 0);
  assertEquals(renderFailure(error, "text").text.split("\n"), [
    `glance-direct: error: Cannot fetch image '${IMAGE_ID}': no source is left`,
    "glance-direct: error: rbd: no answer",
    "glance-direct: error: glance: no answer",
    "glance-direct: hint: try again",
    "",
  ]);
  const { message, type, exit_status } = JSON.parse(renderFailure(error, "json").text);
  assertEquals([type, exit_status], ["error", 75]);
  assertEquals(message, `Cannot fetch image '${IMAGE_ID}': rbd: no answer; glance: no answer`);
});

Deno.test("renderFailure writes a single source's failure on one line", () => {
  const error = downloadFailure(imageOf("x"), [failed("rbd")], [TIMEOUT], 0);
  assertEquals(
    renderFailure(error, "text").text,
    `glance-direct: error: Cannot fetch image '${IMAGE_ID}': rbd: no answer\n` +
      "glance-direct: hint: try again\n",
  );
});

Deno.test("renderFailure shows the stack of what is not a ToolError, and asks for a report", () => {
  const { text, status } = renderFailure(new RangeError("beyond"), "text");
  assertEquals(status, 70);
  assertStringIncludes(text, "error: This is a bug: RangeError: beyond");
  assertStringIncludes(text, "hint: please report it");
});

Deno.test("renderFailure shows the number and duration of tries, and a repeated message only once", () => {
  const glance = failed("glance");
  const attempts = [failed("rbd"), glance, glance, glance];
  const error = downloadFailure(imageOf("x"), attempts, [TIMEOUT, TIMEOUT], 12_345);
  assertEquals(renderFailure(error, "text").text.split("\n").slice(0, 3), [
    `glance-direct: error: Cannot fetch image '${IMAGE_ID}' (4 tries in 12.3 s): no source is left`,
    "glance-direct: error: rbd: no answer",
    "glance-direct: error: glance: no answer",
  ]);
});

Deno.test("renderFailure breaks no path and no command on a terminal, and no line in a pipe", () => {
  const base = "/var/lib/nova/instances/_base/4541e877ab208bf3b56983fca97848e9a601cc9b";
  const error = new ToolError("no_space", `Cannot write '${base}': No space left on device`, {
    hints: [
      `give it to nova: chown nova:nova ${base}; chmod 644 ${base}`,
      "set [glance_direct]cache_budget to a size that fits on the file system of the cache",
    ],
  });
  assertEquals(renderFailure(error, "text", 60).text.split("\n"), [
    "glance-direct: error: Cannot write",
    `'${base}':`,
    "  No space left on device",
    "glance-direct: hint: give it to nova:",
    `chown nova:nova ${base}; chmod 644 ${base}`,
    "glance-direct: hint: set [glance_direct]cache_budget to a",
    "  size that fits on the file system of the cache",
    "",
  ]);
  assertEquals(renderFailure(error, "text").text.split("\n").length, 4);
});
