import { assertEquals } from "@std/assert";
import {
  DISK_FORMATS,
  namingObjections,
  type Policy,
  uploadFormat,
} from "@/formats/disk_format.ts";
import { FILE_POLICY } from "./policy.ts";

Deno.test("namingObjections refuses by the record what nova's libvirt driver refuses, for bases only", () => {
  const refused = (use: Policy["use"]) =>
    [...DISK_FORMATS, "ploop", "qcow", null].filter((declared) =>
      namingObjections({ ...FILE_POLICY, declared, use }).length > 0
    );
  assertEquals(refused("file"), ["ploop", "qcow", null]);
  assertEquals(refused("base"), ["vhd", "gpt", "qed", "ploop", "qcow", null]);
  assertEquals(refused("raw base"), ["vhd", "gpt", "luks", "qed", "ploop", "qcow", null]);
  const [vhd] = namingObjections({ ...FILE_POLICY, declared: "vhd", use: "base" });
  assertEquals(vhd?.reason, "disk_format 'vhd' is 'vpc' for qemu-img, so nova refuses it");
});

Deno.test("uploadFormat is raw for a partitioned disk", () => {
  assertEquals(["gpt", "raw", "qcow2"].map(uploadFormat), ["raw", "raw", "qcow2"]);
});
