import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, refusal } from "./inspect_image.ts";
import { be, bytesWith, vhd } from "./samples.ts";

Deno.test("vhd passes as itself where nova does not use it", () => {
  const { detected, virtualSize } = inspected(vhd(), "vhd");
  assertEquals([detected, virtualSize], ["vhd", 10 << 20]);
});

Deno.test("vhd with a wrong checksum, or without the header of a dynamic disk, is refused: qemu opens neither", () => {
  assertStringIncludes(refusal(vhd({ 64: be(4, 1) }), "vhd"), "has a wrong checksum");
  assertStringIncludes(refusal(vhd({ 512: "nonsense" }), "vhd"), "has no header of a dynamic disk");
});

Deno.test("vhd that is a differencing disk is refused", () => {
  assertStringIncludes(refusal(vhd({ 60: be(4, 4) }), "vhd"), "is a differencing disk");
});

Deno.test("vhd of an unknown type is refused", () => {
  assertStringIncludes(refusal(vhd({ 60: be(4, 0) }), "vhd"), "is of the unknown disk type 0");
});

Deno.test("vhd with its header only at the end is raw", () => {
  const fixed = bytesWith(4096, { 3584: vhd().subarray(0, 512) });
  assertEquals(inspected(fixed, "raw").detected, "raw");
  assertStringIncludes(refusal(fixed, "vhd"), "its content is not 'vhd'");
});

Deno.test("vhd with a table that would exhaust the memory of a program that opens it is refused", () => {
  assertEquals(inspected(vhd({ 540: be(4, 2 ** 27) }), "vhd").refusals, []);
  assertStringIncludes(
    refusal(vhd({ 540: be(4, 2 ** 27 + 1) }), "vhd"),
    "claims a table of 536870916 bytes, at most 536870912",
  );
});

Deno.test("vhd with its header inside its footer is refused", () => {
  assertStringIncludes(refusal(vhd({ 16: be(8, 511) }), "vhd"), "has its header inside its footer");
});

Deno.test("vhd that ends before its header is left to qemu, which does not open it", () => {
  assertEquals(inspected(vhd({ 16: be(8, 2 ** 40) }), "vhd").refusals, []);
});
