/**
 * An image that belongs to one test, which may damage it.
 *
 * @module
 */
import { run } from "@lab/ceph/command.ts";
import { deleteData, protectSnapshot } from "@lab/ceph/damage.ts";
import { makeRaw } from "@lab/ceph/images.ts";
import { at } from "@lab/ceph/layout.ts";
import { remove, type SeededRecord, upload } from "@lab/ceph/seed.ts";
import type { ImageContent } from "@lab/embedded/content.ts";
import { putImage } from "./rbd_image.ts";

/** Bytes of one whose size does not matter: three RBD objects. */
export const OWN_SIZE = 24 << 20;

/** A dense image of its own, in Glance until it is disposed of. */
export interface OwnImage extends AsyncDisposable {
  /** Image id. */
  readonly id: string;
  /** The bytes of its disk. */
  readonly path: string;
  /** What Glance says of it. */
  readonly record: SeededRecord;
}

/** How an image is made. */
export interface OwnImageOptions {
  /** Bytes of its disk. @default {OWN_SIZE} */
  readonly size?: number;
  /** As what it is uploaded. @default {"raw"} */
  readonly diskFormat?: "raw" | "qcow2";
  /** Glance's name of its store. @default the rbd store */
  readonly store?: string | undefined;
}

/** Uploads an image under a new id. */
export async function ownImage(
  { size = OWN_SIZE, diskFormat = "raw", store }: OwnImageOptions = {},
): Promise<OwnImage> {
  const id = crypto.randomUUID();
  const path = at("images", `own-${id}.raw`);
  await makeRaw(path, size, [[0, size]]);
  const uploaded = diskFormat === "raw" ? path : `${path}.${diskFormat}`;
  if (uploaded !== path) await run(["qemu-img", "convert", "-O", diskFormat, path, uploaded]);
  const record = await upload({ id, name: "own", diskFormat, path: uploaded, store });
  return {
    id,
    path,
    record,
    async [Symbol.asyncDispose]() {
      await remove(id);
      for (const one of new Set([path, uploaded])) await Deno.remove(one);
    },
  };
}

/** Puts other data into the pool under an image's name, as Glance left it: with a protected snapshot. */
export async function replaceData(id: string, content: ImageContent): Promise<void> {
  await deleteData(id);
  await putImage(id, content);
  await protectSnapshot(id);
}
