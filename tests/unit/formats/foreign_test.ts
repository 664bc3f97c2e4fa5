/** Formats that qemu-img recognises and neither oslo.utils nor Glance: parallels, bochs, cloop. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, recognized, refusal, refusedAfter } from "./inspect_image.ts";
import { bochs, cloop, le, parallels, patched } from "./samples.ts";

const IMAGES: readonly (readonly [string, Uint8Array])[] = [
  ["parallels", parallels()],
  ["parallels", parallels({ 0: "WithouFreSpacExt" })],
  ["bochs", bochs()],
  ["bochs", bochs({ 64: le(4, 0x00010000) })],
  ["cloop", cloop()],
];

Deno.test("parallels, bochs and cloop are refused under the name of raw at byte 512", () => {
  for (const [name, image] of IMAGES) {
    assertStringIncludes(refusal(image, "raw"), `its content is '${name}'`);
    assertEquals(refusedAfter(image, "raw"), 512);
  }
});

Deno.test("parallels, bochs and cloop have no disk_format that nova accepts", () => {
  for (const name of ["parallels", "ploop", "bochs", "cloop"]) {
    assertStringIncludes(refusal(parallels(), name), `disk_format '${name}' is not one that`);
  }
});

Deno.test("parallels, bochs and cloop tell the size of their disk", () => {
  const sizes = IMAGES.map(([, image]) => recognized(image).virtualSize);
  assertEquals(sizes.slice(0, 3), [10 << 20, 10 << 20, 10 << 20]);
  assertEquals(sizes.at(-1), 4 * 65536);
  const version1 = bochs({ 64: le(4, 0x00010000), 84: le(8, 5 << 20), 88: le(8, 0) });
  assertEquals(recognized(version1).virtualSize, 5 << 20);
});

Deno.test("parallels, bochs and cloop of other versions are raw, as for qemu-img", () => {
  const others = [
    parallels({ 16: le(4, 3) }),
    bochs({ 48: "Undoable" }),
    bochs({ 64: le(4, 3) }),
    patched(cloop(), { 14: "1" }),
  ];
  for (const image of others) assertEquals(inspected(image, "raw").detected, "raw");
});
