import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, refusal, refusedAfter } from "./inspect_image.ts";
import { iso, mbr, partition, PROTECTIVE } from "./samples.ts";

const bootable = (sector: Uint8Array) => iso({ 0: sector.subarray(0, 512) });

Deno.test("iso passes as itself with the size of its volume", () => {
  const { detected, virtualSize } = inspected(iso(), "iso");
  assertEquals([detected, virtualSize], ["iso", 20 * 2048]);
});

Deno.test("iso may be UDF, or start with another descriptor, of a size that it does not tell", () => {
  for (const start of ["\x00NSR02", "\x00NSR03", "\x02CD001"]) {
    const { detected, virtualSize } = inspected(iso({ 32768: start }), "iso");
    assertEquals([detected, virtualSize], ["iso", null]);
  }
});

Deno.test("iso that boots from a disk is an iso, whatever its partition table", () => {
  for (const table of [mbr(PROTECTIVE), mbr(partition(0x17)), mbr()]) {
    assertEquals(inspected(bootable(table), "iso").detected, "iso");
  }
  assertStringIncludes(refusal(bootable(mbr(PROTECTIVE)), "gpt"), "its content is 'iso'");
});

Deno.test("iso under the name of raw is refused at byte 34816", () => {
  assertStringIncludes(refusal(iso(), "raw"), "its content is 'iso', its disk_format 'raw'");
  assertEquals(refusedAfter(iso(), "raw"), 34816);
});

Deno.test("iso cut short inside its first descriptor is raw", () => {
  assertEquals(inspected(iso().subarray(0, 34815), "raw").detected, "raw");
  assertStringIncludes(refusal(iso().subarray(0, 34815), "iso"), "its disk_format 'iso'");
});

Deno.test("iso without an ISO's descriptor is refused at byte 34816", () => {
  assertEquals(refusedAfter(iso({ 32768: "\x00BEA01" }), "iso"), 34816);
});
