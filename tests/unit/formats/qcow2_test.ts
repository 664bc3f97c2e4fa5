import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspected, refusal, refusedAfter } from "./inspect_image.ts";
import { be, partition, qcow2 } from "./samples.ts";

const MIB = 1 << 20;

Deno.test("qcow2 passes as itself with the size of its disk", () => {
  const expected = { detected: "qcow2", virtualSize: 10 * MIB, refusals: [], notes: [] };
  assertEquals(inspected(qcow2(), "qcow2"), expected);
  assertEquals(inspected(qcow2({ 4: be(4, 2) }), "qcow2"), expected);
});

Deno.test("qcow2 under the name of raw is refused at byte 512 (CVE-2024-40767)", () => {
  assertEquals(
    refusal(qcow2(), "raw"),
    "Cannot use the image: its content is 'qcow2', its disk_format 'raw'",
  );
  assertEquals(refusedAfter(qcow2(), "raw"), 512);
});

Deno.test("qcow2 with a backing file is refused at byte 512 (CVE-2015-5163)", () => {
  const image = qcow2({ 8: be(8, 0x200) });
  assertStringIncludes(refusal(image, "qcow2"), "its qcow2 content has a backing file");
  assertEquals(refusedAfter(image, "qcow2"), 512);
});

Deno.test("qcow2 with an external data file is refused (CVE-2024-32498)", () => {
  assertStringIncludes(refusal(qcow2({ 72: be(8, 4) }), "qcow2"), "keeps its data in another file");
});

Deno.test("qcow2 of version 2 has no feature bits, only header extensions in their place", () => {
  const image = qcow2({ 4: be(4, 2), 72: "\xff".repeat(8) });
  assertEquals(inspected(image, "qcow2").detected, "qcow2");
});

Deno.test("qcow2 with features that nova does not know is refused, all of them named", () => {
  assertStringIncludes(
    refusal(qcow2({ 72: be(8, 1n << 4n) }), "qcow2"),
    "uses extended L2 entries",
  );
  const unknown = qcow2({ 72: be(8, 1n << 63n | 1n << 5n | 1n) });
  assertStringIncludes(refusal(unknown, "qcow2"), "incompatible features 0x8000000000000020");
});

Deno.test("qcow2 that is dirty, corrupt, compressed with zstd or encrypted passes with notes", () => {
  const image = qcow2({ 32: be(4, 2), 72: be(8, 0b1011) });
  assertEquals(inspected(image, "qcow2").notes, [
    "was not closed cleanly (dirty)",
    "is marked corrupt",
    "is encrypted (LUKS)",
  ]);
});

Deno.test("qcow2 of another version is refused", () => {
  for (const version of [0, 4, 0xffffffff]) {
    assertStringIncludes(
      refusal(qcow2({ 4: be(4, version) }), "qcow2"),
      `is of version ${version}, supported are 2 and 3`,
    );
  }
});

Deno.test("qcow2 with cluster_bits outside of 9 to 21 is refused", () => {
  for (const bits of [8, 22]) {
    assertStringIncludes(refusal(qcow2({ 20: be(4, bits) }), "qcow2"), `has cluster_bits ${bits}`);
  }
  for (const bits of [9, 21]) {
    assertEquals(inspected(qcow2({ 20: be(4, bits) }), "qcow2").detected, "qcow2");
  }
});

Deno.test("qcow2 with an unknown encryption method is refused", () => {
  assertStringIncludes(refusal(qcow2({ 32: be(4, 3) }), "qcow2"), "by the unknown method 3");
});

Deno.test("qcow2 that claims more than 8 PiB is refused", () => {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  assertEquals(inspected(qcow2({ 24: be(8, most) }), "qcow2").virtualSize, Number(most));
  assertStringIncludes(
    refusal(qcow2({ 24: be(8, most + 1n) }), "qcow2"),
    "claims a disk of 9007199254740992 bytes",
  );
});

Deno.test("qcow2 that ends inside its header is refused, as raw, too", () => {
  const image = qcow2().subarray(0, 300);
  assertStringIncludes(refusal(image, "qcow2"), "ends inside its header");
  assertStringIncludes(refusal(image, "raw"), "its content is 'qcow2'");
});

Deno.test("qcow2 that is an MBR or an ISO at the same time is refused", () => {
  const mbr = qcow2({ 446: partition(0x83), 510: "\x55\xaa" });
  assertStringIncludes(refusal(mbr, "qcow2"), "is 'qcow2' and 'gpt' at the same time");
  assertEquals(refusedAfter(mbr, "qcow2"), 512);
  const iso = qcow2({ 32768: "\x01CD001" });
  assertStringIncludes(refusal(iso, "qcow2"), "is 'qcow2' and 'iso' at the same time");
  assertEquals(refusedAfter(iso, "qcow2"), 34816);
});
