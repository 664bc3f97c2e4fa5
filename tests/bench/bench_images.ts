/**
 * The images that are fetched: made and uploaded once, kept in the lab for the next run.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { run } from "@lab/ceph/command.ts";
import { startGlance } from "@lab/ceph/glance.ts";
import type { GlanceOptions } from "@lab/ceph/glance_conf.ts";
import { call } from "@lab/ceph/http.ts";
import { makeRaw } from "@lab/ceph/images.ts";
import { at, exists, PORTS, url } from "@lab/ceph/layout.ts";
import { upload } from "@lab/ceph/seed.ts";
import { step } from "@lab/ceph/wait.ts";
import { Signers } from "../ceph/signed_image.ts";

const MIB = 1 << 20;

/** An image in the lab. */
export interface BenchImage {
  /** Image id. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes that are not holes. */
  readonly data: number;
  /** `disk_format`. */
  readonly diskFormat: "raw" | "qcow2";
  /** Whether it has a signature. @default {false} */
  readonly signed?: boolean;
}

/** 4 GiB of noise: long enough that starting up does not count. */
export async function longImage(scale: number): Promise<BenchImage> {
  const size = mebibytes(4096, scale);
  const path = file(`long-${size}.raw`);
  await makeRaw(path, size, [[0, size]]);
  return await stored("long", path, size, size);
}

/** 1 MiB of noise: starting up is all that counts. */
export async function tinyImage(): Promise<BenchImage> {
  const path = file("tiny.raw");
  await makeRaw(path, MIB, [[0, MIB]]);
  return await stored("tiny", path, MIB, MIB);
}

/** 1 GiB of noise, signed with RSA-PSS over SHA-512 by a certificate in Barbican. */
export async function denseImage(scale: number): Promise<BenchImage> {
  const size = mebibytes(1024, scale);
  const path = file(`dense-${size}.raw`);
  await makeRaw(path, size, [[0, size]]);
  const image = await stored("dense", path, size, size);
  await step("signature of the dense image", () => sign(image, path));
  return { ...image, signed: true };
}

/** 10 GiB with 0.5 GiB of data in 128 places, stored without its holes. */
export async function thinImage(scale: number): Promise<BenchImage> {
  return await storedWith({ thin: true }, () => sparseImage("thin", scale));
}

/** 100 GiB with 2 GiB of data in 128 places, stored without its holes. */
export async function vastImage(scale: number): Promise<BenchImage> {
  return await storedWith({ thin: true }, () => sparseImage("vast", scale, 102_400, 16));
}

/** The same bytes as Glance stores them by default: its zeros too. */
export async function thickImage(scale: number): Promise<BenchImage> {
  return await sparseImage("thick", scale);
}

/** The same bytes, and Glance hashes with SHA-256 (`hashing_algorithm` in glance-api.conf). */
export async function sha256Image(scale: number): Promise<BenchImage> {
  return await storedWith({ hash: "sha256" }, () => sparseImage("sha256", scale));
}

/** A qcow2 file with 0.5 GiB of noise. */
export async function qcow2Image(scale: number): Promise<BenchImage> {
  const virtual = mebibytes(512, scale);
  const [raw, path] = [file(`disk-${virtual}.raw`), file(`disk-${virtual}.qcow2`)];
  await makeRaw(raw, virtual, [[0, virtual]]);
  if (!await exists(path)) await run(["qemu-img", "convert", "-O", "qcow2", raw, path]);
  const { size } = await Deno.stat(path);
  return await stored("qcow2", path, size, size, "qcow2");
}

/** 200 images of 20 MiB. */
export async function smallImages(scale: number): Promise<readonly BenchImage[]> {
  const size = 20 * MIB;
  const path = file("small.raw");
  await makeRaw(path, size, [[0, size]]);
  const images: BenchImage[] = [];
  for (let n = 0; n < Math.max(4, Math.round(200 * scale)); n++) {
    images.push(await stored(`small-${n}`, path, size, size));
  }
  return images;
}

/** @param total Mebibytes of the image. @param each Mebibytes of data in each place. */
async function sparseImage(
  name: string,
  scale: number,
  total = 10_240,
  each = 4,
): Promise<BenchImage> {
  const [size, count, length] = [mebibytes(total, scale), 128, mebibytes(each, scale)];
  const path = file(`sparse-${size}.raw`);
  // Each a little farther from the boundary: no RBD object begins with its data.
  const extents = Array.from(
    { length: count },
    (_, n): [number, number] => [Math.floor(n * size / count / 4096) * 4096 + 4096, length],
  );
  await makeRaw(path, size, extents);
  return await stored(name, path, size, count * length);
}

/** Makes an image while Glance has these options. */
async function storedWith(
  options: GlanceOptions,
  make: () => Promise<BenchImage>,
): Promise<BenchImage> {
  await startGlance(options);
  try {
    return await make();
  } finally {
    await startGlance();
  }
}

async function stored(
  name: string,
  path: string,
  size: number,
  data: number,
  diskFormat: BenchImage["diskFormat"] = "raw",
): Promise<BenchImage> {
  const id = idOf(`${name}-${size}`);
  await step(`image ${name}`, () => upload({ id, name: `bench-${name}`, diskFormat, path }));
  return { id, size, data, diskFormat };
}

/** The properties come after the data, so that a Glance without Keystone can take both. */
async function sign({ id }: BenchImage, path: string): Promise<void> {
  await using signers = await Signers.make();
  const properties = await signers.sign(path, "rsa", await signers.add("rsa"));
  const changes = Object.entries(properties)
    .map(([name, value]) => ({ op: "add", path: `/${name}`, value }));
  await call("PATCH", url(PORTS.glanceNoauth, `/v2/images/${id}`), {
    headers: { "content-type": "application/openstack-images-v2.1-json-patch" },
    json: changes,
  });
}

/** The same id for the same name, so that an image is found again. */
function idOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, "$1-$2-4$3-8$4-$5");
}

function mebibytes(count: number, scale: number): number {
  return Math.max(1, Math.round(count * scale)) * MIB;
}

function file(name: string): string {
  return at("images", `bench-${name}`);
}
