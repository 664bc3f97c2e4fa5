/**
 * How a base is recognised by its record, its length and its first bytes. A record has no
 * `virtual_size` in Glance before 2021.1, and in any Glance for images that were added by location.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertThrows } from "@std/assert";
import {
  type DiskRecord,
  isDiskSize,
  isRawCopy,
  isRawCopySize,
  mayBeRawCopy,
} from "@/cache/raw_copy.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";
import { iso, mbr, partition, qcow2, vhd, vhdx, vmdk } from "../formats/samples.ts";

const MIB = 1 << 20;

/** A disk that begins like nothing. */
const RAW = new Uint8Array(10 * MIB);

function record(change: Partial<DiskRecord> = {}): DiskRecord {
  return { id: "3f1c0a52", diskFormat: "qcow2", size: 65_536, virtualSize: 10 * MIB, ...change };
}

/** Whether a file of this content is the raw copy of an image. */
async function copied(content: Uint8Array, change: Partial<DiskRecord> = {}, converts = true) {
  let found: boolean | undefined;
  await withFiles({ base: content }, (folder) => {
    found = isRawCopy(systemFiles, record(change), join(folder, "base"), converts);
  });
  return found;
}

Deno.test("isDiskSize() accepts whole sectors, up to one more or less than the image says", () => {
  const sizes = [488, 511, 512, 1000, 1024, 1536];
  assertEquals(sizes.filter((size) => isDiskSize(size, 1000)), [512, 1024]);
  assertEquals(sizes.filter((size) => isDiskSize(size, 1024)), [1024]);
});

Deno.test("isRawCopySize() is undefined if the record has no virtual size", () => {
  const sizes = [null, 0, 10 * MIB, 11 * MIB];
  const fits = sizes.map((virtualSize) => isRawCopySize(10 * MIB, record({ virtualSize })));
  assertEquals(fits, [undefined, undefined, true, false]);
});

Deno.test("isRawCopySize() accepts a VHD that is up to a cylinder smaller than its header says", () => {
  const gib = { diskFormat: "vhd", virtualSize: 10 * 1024 * MIB };
  const sizes = [10_736_893_952, 10_737_418_240, 10_737_418_241, 10_734_000_128];
  assertEquals(sizes.map((size) => isRawCopySize(size, gib)), [true, true, false, false]);
});

Deno.test("mayBeRawCopy() is false for formats that are raw to qemu-img", () => {
  const formats = ["raw", "iso", "ami", "aki", "ari", "qcow2", "vmdk", "vdi", "vhd", "vhdx", null];
  assertEquals(formats.map(mayBeRawCopy), [...Array(5).fill(false), ...Array(6).fill(true)]);
});

for (const diskFormat of ["qcow2", "vmdk", "vdi", "vhd", "vhdx", "qed"]) {
  Deno.test(`isRawCopy() recognizes what was converted from ${diskFormat}, with and without virtual_size`, async () => {
    for (const virtualSize of [10 * MIB, null, 0]) {
      assertEquals(await copied(RAW, { diskFormat, virtualSize }), true);
    }
    for (const disk of [mbr(partition(0x83)), iso()]) {
      assertEquals(await copied(disk, { diskFormat, virtualSize: disk.length, size: 1 }), true);
    }
  });
}

Deno.test("isRawCopy() is false for the image itself, complete or not: its hash decides", async () => {
  const images = { qcow2: qcow2(), vmdk: vmdk(), vhd: vhd(), vhdx: vhdx() };
  for (const [diskFormat, image] of Object.entries(images)) {
    for (const size of [image.length, image.length + 1]) {
      for (const virtualSize of [10 * MIB, null]) {
        assertEquals(await copied(image, { diskFormat, size, virtualSize }), false);
      }
    }
  }
  assertEquals(await copied(RAW, { diskFormat: "raw" }), false);
});

Deno.test("isRawCopy() depends on the host's setting if a raw file is as long as the image", async () => {
  const same = { size: RAW.length, virtualSize: null };
  assertEquals([await copied(RAW, same, true), await copied(RAW, same, false)], [true, false]);
  // A VHD whose disk comes before its header is not of a format that shows at its beginning.
  assertEquals(await copied(RAW, { ...same, diskFormat: "vhd" }), false);
});

Deno.test("isRawCopy() refuses a length that is neither the image's nor its disk's", async () => {
  for (
    const [size, virtualSize] of [[5 * MIB, 10 * MIB], [5 * MIB + 1, null], [0, null]] as const
  ) {
    await withFiles({ base: RAW.subarray(0, size) }, (folder) => {
      const path = join(folder, "base");
      const look = () => isRawCopy(systemFiles, record({ virtualSize }), path, true);
      const error = assertThrows(look, ToolError);
      const raw = virtualSize === null ? "whole sectors as raw" : "10485760 as raw";
      assertEquals([error.code, error.message], [
        "size_mismatch",
        `Cannot verify '${path}': it has ${size} bytes, expected 65536 as qcow2 or ${raw}`,
      ]);
    });
  }
});
