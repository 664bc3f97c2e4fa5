import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, refusal, refusedAfter } from "./inspect_image.ts";
import { DESCRIPTOR, footedVmdk, le, vmdk } from "./samples.ts";

const ALL_ONES = 0xffff_ffff_ffff_ffffn;

Deno.test("inspectSparse refuses a header that qemu or nova would not open", () => {
  const odd: readonly (readonly [string, Uint8Array])[] = [
    ["is of version 0", vmdk(DESCRIPTOR, { 4: le(4, 0) })],
    ["is of version 4", vmdk(DESCRIPTOR, { 4: le(4, 4) })],
    ["has no descriptor at sector 1", vmdk(DESCRIPTOR, { 28: le(8, 0) })],
  ];
  for (const [reason, image] of odd) assertStringIncludes(refusal(image, "vmdk"), reason);
});

Deno.test("inspectSparse refuses an image without capacity at byte 512: qemu would open others", () => {
  const image = vmdk(DESCRIPTOR, { 12: le(8, 0) });
  assertStringIncludes(refusal(image, "vmdk"), "has no disk of its own: it refers to other files");
  assertEquals(refusedAfter(image, "vmdk"), 512);
});

Deno.test("inspectSparse finds a parent where qemu looks, whatever the header says", () => {
  const parent = `${DESCRIPTOR}parentFileNameHint="/etc/passwd"\n`;
  const filled = DESCRIPTOR.padEnd(1024, "\n") + parent;
  const images = [
    vmdk(parent),
    vmdk(parent, { 28: le(8, 40) }),
    vmdk(parent, { 4: le(4, 0) }),
    vmdk(filled, { 36: le(8, 2) }),
  ];
  for (const image of images) assertStringIncludes(refusal(image, "vmdk"), "has a parent image");
  assertEquals(
    inspected(vmdk(DESCRIPTOR.padEnd(512, "\n"), { 36: le(8, 1) }), "vmdk").refusals,
    [],
  );
});

Deno.test("inspectSparse refuses a bad descriptor at the descriptor's end", () => {
  const image = vmdk(`${DESCRIPTOR}what is this\n`);
  assertEquals(refusedAfter(image, "vmdk"), 21 * 512);
});

Deno.test("inspectSparse refuses a descriptor that the image does not have in full", () => {
  assertStringIncludes(refusal(vmdk().subarray(0, 21 * 512 - 1), "vmdk"), "inside its descriptor");
  assertStringIncludes(refusal(vmdk(DESCRIPTOR, { 36: le(8, 4000) }), "vmdk"), "its descriptor");
});

Deno.test("inspectSparse reads at most 1 MiB - 1 of a descriptor", () => {
  const image = new Uint8Array(2 << 20);
  image.set(vmdk(DESCRIPTOR, { 36: le(8, ALL_ONES) }));
  assertEquals(inspected(image, "vmdk").detected, "vmdk");
});

Deno.test("inspectSparse accepts a valid footer", () => {
  const { detected, virtualSize } = inspected(footedVmdk(), "vmdk");
  assertEquals([detected, virtualSize], ["vmdk", 10 << 20]);
});

Deno.test("inspectSparse refuses an invalid footer, at the end", () => {
  const odd: readonly (readonly [string, Uint8Array])[] = [
    ["an invalid footer marker", footedVmdk({ 12: le(4, 0) })],
    ["an invalid footer marker", footedVmdk({ 8: le(4, 1) })],
    ["an invalid footer marker", footedVmdk({ 511: "\x01" })],
    ["a footer that contradicts its header", footedVmdk({ 512: "VMDK" })],
    ["a footer that contradicts its header", footedVmdk({ 516: le(4, 3) })],
    ["a footer that contradicts its header", footedVmdk({ 524: le(8, 1) })],
    ["a footer that contradicts its header", footedVmdk({ 540: le(8, 2) })],
    ["a footer that contradicts its header", footedVmdk({ 548: le(8, 1) })],
    ["a footer that contradicts its header", footedVmdk({ 589: le(2, 0) })],
    ["a footer that points to another footer", footedVmdk({ 568: le(8, ALL_ONES) })],
    ["an invalid end-of-stream marker", footedVmdk({ 1024: le(8, 1) })],
    ["an invalid end-of-stream marker", footedVmdk({ 1535: "\x01" })],
  ];
  for (const [reason, image] of odd) {
    assertStringIncludes(refusal(image, "vmdk"), `has ${reason}`);
    assertEquals(refusedAfter(image, "vmdk"), image.length + 1);
  }
});

Deno.test("inspectSparse refuses an image that ends before its footer", () => {
  const header = { 36: le(8, 1), 56: le(8, ALL_ONES) };
  const image = vmdk(DESCRIPTOR, header).subarray(0, 1024);
  assertStringIncludes(refusal(image, "vmdk"), "ends inside its footer");
});
