import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, inspectorFor, refusal, refusedAfter } from "./inspect_image.ts";
import { guid, le, vhdx, VHDX_METADATA } from "./samples.ts";

const KIB = 1024;
const REGION_OFFSET = 192 * KIB + 64;
const METADATA_END = VHDX_METADATA + 64 * KIB;
const SIZE_ITEM = VHDX_METADATA + 64;
const LOG = guid("12345678-1234-1234-1234-123456789abc");

Deno.test("vhdx passes as itself with the size of its disk", () => {
  const { detected, virtualSize } = inspected(vhdx(), "vhdx");
  assertEquals([detected, virtualSize], ["vhdx", 10 << 20]);
});

Deno.test("vhdx under the name of raw is refused at byte 512, long before its metadata", () => {
  assertEquals(refusedAfter(vhdx(), "raw"), 512);
});

Deno.test("vhdx with a parent is refused when its metadata has passed", () => {
  const image = vhdx({ [METADATA_END + 4]: le(4, 2) });
  assertStringIncludes(refusal(image, "vhdx"), "has a parent");
  assertEquals(refusedAfter(image, "vhdx"), METADATA_END + 16);
});

Deno.test("vhdx with items in the other order is read as well", () => {
  const image = vhdx({
    [VHDX_METADATA + 48]: le(4, 64 * KIB + 8),
    [SIZE_ITEM + 16]: le(4, 64 * KIB),
    [METADATA_END]: le(8, 5 << 20),
    [METADATA_END + 8]: le(8, 0),
  });
  assertEquals(inspected(image, "vhdx").virtualSize, 5 << 20);
});

Deno.test("vhdx with a log in its current header is refused, in its old one not", () => {
  const current = vhdx({ [128 * KIB + 48]: LOG });
  assertStringIncludes(refusal(current, "vhdx"), "its log must be replayed");
  assertEquals(inspected(vhdx({ [64 * KIB + 48]: LOG }), "vhdx").refusals, []);
  const swapped = vhdx({ [64 * KIB + 8]: le(8, 9), [64 * KIB + 48]: LOG });
  assertStringIncludes(refusal(swapped, "vhdx"), "its log must be replayed");
});

Deno.test("vhdx with an invalid region table is refused at its end, 256 KiB", () => {
  const odd = [
    vhdx({ [192 * KIB]: "iger" }),
    vhdx({ [192 * KIB + 8]: le(4, 2048) }),
    vhdx({ [192 * KIB + 8]: le(4, 0x10001) }),
    vhdx({ [192 * KIB + 48]: new Uint8Array(16) }),
    vhdx({ [192 * KIB + 16]: guid("8b7ca206-4790-4b9a-b8fe-575f050f886e") }),
    vhdx({ [REGION_OFFSET]: le(8, 0) }),
    vhdx({ [REGION_OFFSET]: le(8, VHDX_METADATA + 512) }),
  ];
  for (const image of odd) {
    assertStringIncludes(refusal(image, "vhdx"), "has a malformed region table");
    assertEquals(refusedAfter(image, "vhdx"), 256 * KIB);
  }
});

Deno.test("vhdx with invalid metadata is refused", () => {
  const odd = [
    vhdx({ [VHDX_METADATA]: "metadate" }),
    vhdx({ [VHDX_METADATA + 10]: le(2, 1) }),
    vhdx({ [VHDX_METADATA + 10]: le(2, 2048) }),
    vhdx({ [VHDX_METADATA + 32]: guid("2fa54224-cd1b-4876-b211-5dbed83bf4b8") }),
    vhdx({ [SIZE_ITEM + 16]: le(4, 64) }),
    vhdx({ [SIZE_ITEM + 16]: le(4, (1 << 20) - 7) }),
  ];
  for (const image of odd) {
    assertStringIncludes(refusal(image, "vhdx"), "has a malformed metadata");
  }
});

Deno.test("vhdx that ends before its structures do is refused", () => {
  assertStringIncludes(refusal(vhdx().subarray(0, 200 * KIB), "vhdx"), "inside its region table");
  assertStringIncludes(refusal(vhdx().subarray(0, METADATA_END - 1), "vhdx"), "its metadata");
  assertStringIncludes(refusal(vhdx().subarray(0, METADATA_END + 15), "vhdx"), "its metadata");
});

Deno.test("vhdx with metadata behind the end is refused at once where the size is known", () => {
  const image = vhdx({ [REGION_OFFSET]: le(8, 1n << 50n) });
  assertEquals(refusedAfter(image, "vhdx", image.length), 256 * KIB);
});

Deno.test("vhdx is decided quickly even with a hole of 1 TiB before its metadata", () => {
  const far = 2 ** 40;
  const image = vhdx({ [REGION_OFFSET]: le(8, far) });
  const inspector = inspectorFor("vhdx");
  inspector.feed(image.subarray(0, VHDX_METADATA));
  inspector.feedZeros(far - VHDX_METADATA);
  inspector.feed(image.subarray(VHDX_METADATA));
  assert(inspector.problem === undefined);
  assertEquals(inspector.finish().virtualSize, 10 << 20);
});

Deno.test("vhdx with a table that would exhaust the memory of a program that opens it is refused", () => {
  const length = 192 * KIB + 40;
  assertEquals(inspected(vhdx({ [length]: le(4, 512 << 20) }), "vhdx").refusals, []);
  const image = vhdx({ [length]: le(4, (512 << 20) + 1) });
  assertStringIncludes(refusal(image, "vhdx"), "claims a table of 536870913 bytes");
});
