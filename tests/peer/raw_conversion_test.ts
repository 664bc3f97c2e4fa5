/**
 * The conversion to raw by the real `qemu-img`, for every format that nova converts: the same bytes as in
 * the disk that the image was made of, and the size that the image's header says.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertRejects } from "@std/assert";
import { SpaceGuard } from "@/cache/free_space.ts";
import { convertToRaw } from "@/cache/raw_conversion.ts";
import { ToolError } from "@/errors.ts";
import { systemContext } from "@/system/context.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../doubles/folder.ts";
import { inspectorFor } from "../unit/formats/inspect_image.ts";
import { peerTest } from "./peer.ts";

const PROGRAM = "/usr/bin/qemu-img";
const PEERS = { programs: { [PROGRAM]: ["--version"] } };

/** Glance's name, qemu's name, and options of the kinds that nova takes. */
const FORMATS = [
  ["qcow2", "qcow2", ""],
  ["qcow2", "qcow2", "compat=0.10"],
  ["vmdk", "vmdk", "subformat=monolithicSparse"],
  ["vmdk", "vmdk", "subformat=streamOptimized"],
  ["vdi", "vdi", ""],
  ["vhd", "vpc", "force_size=on"],
  ["vhd", "vpc", ""],
  ["vhdx", "vhdx", ""],
] as const;

async function qemuImg(...args: readonly string[]): Promise<void> {
  const { stderr, success } = await new Deno.Command(PROGRAM, { args: [...args] }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** What the inspector reads out of an image. */
async function virtualSizeOf(path: string, diskFormat: string): Promise<number | null> {
  const inspector = inspectorFor(diskFormat);
  inspector.feed(await Deno.readFile(path));
  return inspector.finish().virtualSize;
}

/** Converts an image as it is done for the cache. */
async function convert(from: string, diskFormat: string, virtualSize: number | null) {
  const to = `${from}.raw`;
  using file = systemFiles.createNew(to, 0o600);
  const guard = new SpaceGuard(systemFiles, to, 0);
  const told = { from, diskFormat, to, file, guard, virtualSize };
  const conversion = { ...told, partitions: true, stallTimeout: 30_000 };
  await convertToRaw(systemContext(), PROGRAM, conversion, AbortSignal.timeout(60_000));
  return await Deno.readFile(to);
}

/** 3 MiB and a sector, data and holes. */
function disk(): Uint8Array {
  const bytes = new Uint8Array((3 << 20) + 512);
  for (const [from, to] of [[512, 70_000], [2 << 20, (2 << 20) + 4096]] as const) {
    for (let at = from; at < to; at++) bytes[at] = at % 251 + 1;
  }
  return bytes;
}

for (const [diskFormat, format, options] of FORMATS) {
  const name = `convertToRaw() makes the disk of a ${diskFormat} (${
    options || "as qemu-img makes it"
  })`;
  peerTest(name, PEERS, () =>
    withFiles({ disk: disk() }, async (folder) => {
      const [from, image] = [join(folder, "disk"), join(folder, "image")];
      const more = options === "" ? [] : ["-o", options];
      await qemuImg("convert", "-f", "raw", "-O", format, ...more, from, image);
      const raw = await convert(image, diskFormat, await virtualSizeOf(image, diskFormat));
      // Some formats only have whole blocks of their own: what they add is zeros.
      const expected = new Uint8Array(raw.length);
      expected.set(disk());
      assertEquals(raw, expected);
    }));
}

peerTest(
  "convertToRaw() accepts the whole sectors of a disk, as qemu-img does",
  PEERS,
  () =>
    withFiles({}, async (folder) => {
      const image = join(folder, "image");
      await qemuImg("create", "-q", "-f", "qcow2", image, "1M");
      using file = await Deno.open(image, { write: true });
      await file.seek(24, Deno.SeekMode.Start);
      await file.write(new Uint8Array([0, 0, 0, 0, 0, 0, 3, 0xe8]));
      const size = await virtualSizeOf(image, "qcow2");
      assertEquals(size, 1000);
      assertEquals((await convert(image, "qcow2", size)).length, 512);
    }),
);

peerTest(
  "convertToRaw() refuses a disk whose content is another image",
  PEERS,
  () =>
    withFiles({}, async (folder) => {
      const [inner, image] = [join(folder, "inner"), join(folder, "image")];
      await qemuImg("create", "-q", "-f", "qcow2", inner, "1M");
      await qemuImg("convert", "-f", "raw", "-O", "qcow2", inner, image);
      const error = await assertRejects(() => convert(image, "qcow2", null), ToolError);
      assertEquals(error.code, "format_rejected");
    }),
);
