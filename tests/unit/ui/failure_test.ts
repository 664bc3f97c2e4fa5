import { assertEquals, assertStringIncludes } from "@std/assert";
import { downloadFailure } from "@/transfer/failure.ts";
import { ToolError } from "@/errors.ts";
import { renderFailure } from "@/ui/failure.ts";
import { IMAGE_ID, imageOf } from "../../doubles/image.ts";
import { attemptOf } from "../../doubles/result.ts";

const TIMEOUT = new ToolError("timeout", "no answer", { hints: ["try again"] });
const failed = (source: string) =>
  attemptOf({ source, outcome: "failed", code: "timeout", message: "no answer" });

Deno.test("renderFailure gives what several sources said a line each", () => {
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

Deno.test("renderFailure gives a single source's failure in one line", () => {
  const error = downloadFailure(imageOf("x"), [failed("rbd")], [TIMEOUT], 0);
  assertEquals(
    renderFailure(error, "text").text,
    `glance-direct: error: Cannot fetch image '${IMAGE_ID}': rbd: no answer\n` +
      "glance-direct: hint: try again\n",
  );
});

Deno.test("renderFailure shows the stack of what is no ToolError, and asks for a report", () => {
  const { text, status } = renderFailure(new RangeError("beyond"), "text");
  assertEquals(status, 70);
  assertStringIncludes(text, "error: This is a bug: RangeError: beyond");
  assertStringIncludes(text, "hint: please report it");
});

Deno.test("renderFailure tells how often and how long was tried, and what was said again only once", () => {
  const glance = failed("glance");
  const attempts = [failed("rbd"), glance, glance, glance];
  const error = downloadFailure(imageOf("x"), attempts, [TIMEOUT, TIMEOUT], 12_345);
  assertEquals(renderFailure(error, "text").text.split("\n").slice(0, 3), [
    `glance-direct: error: Cannot fetch image '${IMAGE_ID}' (4 tries in 12.3 s): no source is left`,
    "glance-direct: error: rbd: no answer",
    "glance-direct: error: glance: no answer",
  ]);
});
