/**
 * The beginning of a disk that was converted to raw. The hybrid MBR is that of Flatcar's image for
 * OpenStack (flatcar/Flatcar#1651).
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { expectRaw, headFormat } from "@/formats/raw_head.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";
import { iso, luks, mbr, partition, PROTECTIVE, qcow2, vmdk } from "./samples.ts";

const HYBRID = mbr(PROTECTIVE, partition(0x83));

Deno.test("headFormat() names what a file begins like, however long it is", () =>
  withFiles({ disk: HYBRID, qcow2: qcow2(), raw: new Uint8Array(3 << 20) }, (folder) => {
    for (const [name, format] of [["disk", "gpt"], ["qcow2", "qcow2"], ["raw", "raw"]] as const) {
      using file = systemFiles.open(join(folder, name));
      assertEquals(headFormat(file), format);
    }
  }));

Deno.test("expectRaw() accepts what is raw for qemu-img, even an ISO in a qcow2", () =>
  withFiles({ iso: iso(), gpt: mbr(PROTECTIVE), empty: new Uint8Array() }, (folder) => {
    for (const name of ["iso", "gpt", "empty"]) {
      using file = systemFiles.open(join(folder, name));
      expectRaw(file, true);
    }
  }));

Deno.test("expectRaw() refuses what would be probed as something else, on every host", () =>
  withFiles({ qcow2: qcow2(), vmdk: vmdk(), luks: luks() }, (folder) => {
    for (const name of ["qcow2", "vmdk", "luks"]) {
      using file = systemFiles.open(join(folder, name));
      const error = assertThrows(() => expectRaw(file, false), ToolError);
      assertEquals(
        error.message,
        `Cannot use the image: its disk begins like '${name}', expected raw`,
      );
    }
  }));

Deno.test("expectRaw() refuses a hybrid MBR only where nova looks at partition tables", () =>
  withFiles({ hybrid: HYBRID }, (folder) => {
    using file = systemFiles.open(join(folder, "hybrid"));
    expectRaw(file, false);
    const error = assertThrows(() => expectRaw(file, true), ToolError);
    assertEquals(
      error.message,
      "Cannot use the image: its gpt content has a protective MBR with other partitions",
    );
  }));
