import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, refusal, refusedAfter } from "./inspect_image.ts";
import { le, vdi } from "./samples.ts";

Deno.test("vdi passes as itself, dynamic and static", () => {
  for (const type of [1, 2]) {
    const { detected, virtualSize } = inspected(vdi({ 76: le(4, type) }), "vdi");
    assertEquals([detected, virtualSize], ["vdi", 10 << 20]);
  }
});

Deno.test("vdi of another image type is refused", () => {
  assertStringIncludes(refusal(vdi({ 76: le(4, 4) }), "vdi"), "is of image type 4");
});

Deno.test("vdi with a parent or a link is refused, wherever the id has a byte", () => {
  for (const at of [424, 439, 440, 455]) {
    assertStringIncludes(refusal(vdi({ [at]: "\x01" }), "vdi"), "has a parent image");
  }
});

Deno.test("vdi is recognised at byte 512 under the name of raw", () => {
  assertEquals(refusedAfter(vdi(), "raw"), 512);
});

Deno.test("vdi with a table that would exhaust the memory of a program that opens it is refused", () => {
  assertEquals(inspected(vdi({ 384: le(4, 2 ** 27) }), "vdi").refusals, []);
  assertStringIncludes(refusal(vdi({ 384: le(4, 2 ** 27 + 1) }), "vdi"), "claims a table of");
});
