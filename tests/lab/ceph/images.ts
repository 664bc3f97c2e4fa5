/**
 * Test images, with the same bytes in every run, made once and kept in the lab's directory.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";
import { run } from "./command.ts";
import { at, exists } from "./layout.ts";

const MIB = 1 << 20;

/** A file of an image, and its record in Glance. */
export interface TestImage {
  /** Image id, fixed: the lab keeps the image between two runs. */
  readonly id: string;
  /** Image name. */
  readonly name: string;
  /** `disk_format` of the record. */
  readonly diskFormat: "raw" | "qcow2";
  /** Path of the file. */
  readonly path: string;
}

/** 256 MiB of incompressible data. */
export const DENSE: TestImage = image("raw", "dense", "d0000000-0000-4000-8000-000000000001");

/** 1 GiB with 16 × 4 MiB of data, each at an odd multiple of 4 KiB, where no RBD object begins. */
export const SPARSE: TestImage = image("raw", "sparse", "d0000000-0000-4000-8000-000000000002");

/** A qcow2 file with a virtual disk of 1 GiB, made by qemu-img. */
export const QCOW2: TestImage = image("qcow2", "qcow2", "d0000000-0000-4000-8000-000000000003");

/** Makes those of the three files that are missing. */
export async function makeImages(): Promise<void> {
  await makeRaw(DENSE.path, 256 * MIB, [[0, 256 * MIB]]);
  await makeRaw(SPARSE.path, 1024 * MIB, scattered(16, 64 * MIB, 4 * MIB));
  const disk = at("images", "disk.raw");
  await makeRaw(disk, 1024 * MIB, scattered(24, 40 * MIB, 4 * MIB));
  await makeOnce(QCOW2.path, (path) => run(["qemu-img", "convert", "-O", "qcow2", disk, path]));
}

/**
 * Makes a raw file with data in some places and holes between them.
 *
 * @param extents Offset and length of each piece of data, in bytes.
 */
export async function makeRaw(
  path: string,
  size: number,
  extents: readonly (readonly [offset: number, length: number])[],
): Promise<void> {
  await makeOnce(path, async (path) => {
    using file = await Deno.open(path, { write: true, create: true, truncate: true });
    await file.truncate(size);
    for (const [offset, length] of extents) {
      await file.seek(offset, Deno.SeekMode.Start);
      await writeNoise(file, length, offset);
    }
  });
}

function image(diskFormat: TestImage["diskFormat"], name: string, id: string): TestImage {
  return { id, name, diskFormat, path: at("images", `${name}.${diskFormat}`) };
}

/**
 * Pieces of data every `every` bytes, each a little farther from the boundary than the one before.
 */
function scattered(count: number, every: number, length: number): readonly [number, number][] {
  return Array.from({ length: count }, (_, n) => [n * every + (2 * n + 1) * 4096, length]);
}

/** Writes the key stream of AES-128-CTR: as good as random, and faster than the disk. */
async function writeNoise(file: Deno.FsFile, length: number, seed: number): Promise<void> {
  const counter = new Uint8Array(16);
  new DataView(counter.buffer).setBigUint64(0, BigInt(seed));
  const cipher = createCipheriv("aes-128-ctr", new Uint8Array(16), counter);
  const zeros = new Uint8Array(MIB);
  const writer = file.writable.getWriter();
  for (let left = length; left > 0; left -= MIB) {
    await writer.write(new Uint8Array(cipher.update(zeros.subarray(0, left))));
  }
  writer.releaseLock();
}

/** Uses another name until it is complete, so that an interrupted run leaves no partial file. */
async function makeOnce(path: string, make: (path: string) => Promise<unknown>): Promise<void> {
  if (await exists(path)) return;
  await Deno.mkdir(at("images"), { recursive: true });
  await make(`${path}.part`);
  await Deno.rename(`${path}.part`, path);
}
