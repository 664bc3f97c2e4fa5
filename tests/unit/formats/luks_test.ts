import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, refusal, refusedAfter } from "./inspect_image.ts";
import { be, luks, LUKS_PAYLOAD } from "./samples.ts";

Deno.test("luks passes as itself; the disk is what follows the key material", () => {
  const { detected, virtualSize, notes } = inspected(luks(), "luks");
  assertEquals([detected, virtualSize, notes], ["luks", 4096, ["is encrypted (LUKS)"]]);
  assertEquals(inspected(luks().subarray(0, LUKS_PAYLOAD), "luks").virtualSize, 0);
});

Deno.test("luks of version 2 is refused at byte 512", () => {
  const image = luks({ 6: be(2, 2) });
  assertStringIncludes(refusal(image, "luks"), "is of version 2, supported is 1");
  assertEquals(refusedAfter(image, "luks"), 512);
});

Deno.test("luks that ends before its disk is refused, at once where the size is known", () => {
  const image = luks().subarray(0, LUKS_PAYLOAD - 1);
  assertStringIncludes(refusal(image, "luks"), "ends inside its key material");
  assertEquals(refusedAfter(image, "luks", image.length), 592);
  assertStringIncludes(refusal(luks().subarray(0, 591), "luks"), "ends inside its header");
});

Deno.test("luks with its disk inside its header is refused", () => {
  for (const sectors of [0, 1]) {
    assertStringIncludes(refusal(luks({ 104: be(4, sectors) }), "luks"), "inside its header");
  }
});
