import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, refusal, refusedAfter } from "./inspect_image.ts";
import { le, qed } from "./samples.ts";

Deno.test("qed is refused under every name at byte 512", () => {
  assertStringIncludes(
    refusal(qed(), "qed"),
    "its qed content is a format that nova never accepts",
  );
  assertStringIncludes(refusal(qed(), "raw"), "its content is 'qed'");
  assertEquals(refusedAfter(qed(), "qed"), 512);
});

Deno.test("qed with a backing file says so", () => {
  assertStringIncludes(refusal(qed({ 16: le(8, 1) }), "qed"), "has a backing file");
});

Deno.test("qed requires a NUL after the name", () => {
  assertEquals(inspected(qed({ 0: "QED\x01" }), "raw").detected, "raw");
});
