import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, refusal, refusedAfter } from "./inspect_image.ts";
import { mbr, partition, patched, PROTECTIVE } from "./samples.ts";

Deno.test("gpt passes as raw and as itself; the disk is the file", () => {
  for (const disk of [mbr(partition(0x83, { boot: 0x80 })), mbr(PROTECTIVE)]) {
    const { detected, virtualSize, notes } = inspected(disk, "raw");
    assertEquals([detected, virtualSize, notes], ["gpt", disk.length, []]);
    assertEquals(inspected(disk, "gpt").detected, "gpt");
  }
});

Deno.test("gpt is refused for an MBR that no tool would write", () => {
  const odd: readonly (readonly [string, Uint8Array])[] = [
    ["an MBR without partitions", mbr()],
    ["an MBR with an invalid boot flag", mbr(partition(0x83), partition(0, { boot: 1 }))],
    ["a protective MBR that does not start", mbr(partition(0xee, { start: 2, chs: [0, 2, 0] }))],
    // As some tools write it: the sector of a CHS address counts from 1.
    ["a protective MBR whose starting CHS", mbr(partition(0xee, { start: 1, chs: [0, 1, 0] }))],
    ["a protective MBR with other partitions", mbr(PROTECTIVE, partition(0x83))],
    ["a protective MBR with other partitions", mbr(partition(0), PROTECTIVE)],
  ];
  for (const [reason, disk] of odd) {
    assertStringIncludes(refusal(disk, "raw"), `its gpt content has ${reason}`);
    // It could still be an ISO, for which the table does not matter.
    assertEquals(refusedAfter(disk, "raw"), 34816);
  }
});

Deno.test("gpt does not match a FAT file system", () => {
  const fat = patched(mbr(), { 16: "\x02", 21: "\xf8" });
  assertEquals(inspected(fat, "raw").detected, "raw");
  assertStringIncludes(refusal(patched(fat, { 16: "\x01" }), "raw"), "without partitions");
});
