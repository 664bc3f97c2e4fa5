/**
 * Bases that nova itself has converted to raw are recognised, whatever their record has: it has no
 * `virtual_size` if Glance is older than 2021.1, or if an image was added by its location.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { isRawCopy } from "@/cache/raw_copy.ts";
import { expectRaw } from "@/formats/raw_head.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../doubles/folder.ts";
import { recognized } from "../unit/formats/inspect_image.ts";
import { mbr, partition, PROTECTIVE } from "../unit/formats/samples.ts";
import { peerTest, runPython } from "./peer.ts";

const PEERS = { programs: { "qemu-img": ["--version"] }, modules: ["nova.virt.images"] };

/** What `qemu-img` makes the images with: name, `disk_format`, qemu's format and options. */
const IMAGES = [
  ["qcow2", "qcow2", "qcow2", ""],
  ["qcow2 v2", "qcow2", "qcow2", "compat=0.10"],
  ["qcow2 with zstd", "qcow2", "qcow2", "compression_type=zstd"],
  ["vmdk", "vmdk", "vmdk", ""],
  ["vmdk stream-optimized", "vmdk", "vmdk", "subformat=streamOptimized"],
  ["vdi", "vdi", "vdi", ""],
  ["vdi static", "vdi", "vdi", "static=on"],
  ["vhd", "vhd", "vpc", ""],
  ["vhd of an exact size", "vhd", "vpc", "force_size=on"],
  ["vhdx", "vhdx", "vhdx", ""],
  ["qed", "qed", "qed", ""],
] as const;

async function qemuImg(...args: readonly string[]): Promise<void> {
  const { stderr, success } = await new Deno.Command("qemu-img", { args: [...args] }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** A partitioned disk with some data, of an odd number of sectors. */
function disk(): Uint8Array {
  const bytes = new Uint8Array((9 << 20) + 512);
  bytes.set(mbr(partition(0x83)).subarray(0, 512));
  for (let at = 70_000; at < 2 << 20; at++) bytes[at] = at % 251 + 1;
  return bytes;
}

/** Has nova make a base of each image. @returns Why it refuses one, or `null`. */
async function basesByNova(lines: readonly string[]): Promise<readonly (string | null)[]> {
  const [first, ...others] = lines;
  if (first === undefined) return [];
  const said = await runPython("nova_base.py", `${first}\n`) as string | null;
  return [said, ...await basesByNova(others)];
}

peerTest(
  "isRawCopy() recognizes what nova converted, with a size in the record and without",
  PEERS,
  () =>
    withFiles({ disk: disk() }, async (folder) => {
      const lines: string[] = [];
      for (const [index, [, diskFormat, format, options]] of IMAGES.entries()) {
        const image = join(folder, `image-${index}`);
        const more = options === "" ? [] : ["-o", options];
        await qemuImg("convert", "-f", "raw", "-O", format, ...more, join(folder, "disk"), image);
        lines.push(`${image} ${diskFormat} ${join(folder, `base-${index}`)}`);
      }
      assertEquals(await basesByNova(lines), IMAGES.map(() => null));
      for (const [index, [name, diskFormat]] of IMAGES.entries()) {
        const [image, base] = [join(folder, `image-${index}`), join(folder, `base-${index}`)];
        const bytes = await Deno.readFile(image);
        const known = recognized(bytes).virtualSize;
        for (const virtualSize of [known, null, 0]) {
          const record = { id: "x", diskFormat, size: bytes.length, virtualSize };
          const found = [base, image].map((path) => isRawCopy(systemFiles, record, path, true));
          assertEquals(found, [true, false], `${name} of ${virtualSize} bytes`);
        }
        using file = systemFiles.open(base);
        expectRaw(file, true);
      }
    }),
);

// flatcar/Flatcar#1651
peerTest(
  "expectRaw() accepts the base of a hybrid MBR if nova does not inspect its partitions",
  PEERS,
  () =>
    withFiles({ disk: mbr(PROTECTIVE, partition(0x83)) }, async (folder) => {
      const [image, base] = [join(folder, "image"), join(folder, "base")];
      await qemuImg("convert", "-f", "raw", "-O", "qcow2", join(folder, "disk"), image);
      assertEquals(await basesByNova([`${image} qcow2 ${base}`]), [null]);
      using file = systemFiles.open(base);
      expectRaw(file, false);
    }),
);
