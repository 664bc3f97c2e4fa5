/**
 * Damage to data in Ceph without Glance's knowledge: a user loses its capabilities, data of an
 * image changes or disappears.
 *
 * @module
 */
import { ceph, rados, rbd } from "./ceph_cluster.ts";
import { keyringOf } from "./ceph_conf.ts";
import type { User } from "./ceph_users.ts";
import { POOL } from "./layout.ts";

/** Removes a user: its key no longer works. */
export async function removeUser(user: User): Promise<void> {
  await ceph(["auth", "rm", `client.${user}`]);
}

/** Removes a user's capabilities on the pool; its key stays valid. */
export async function revokeCaps(user: User): Promise<void> {
  await ceph(["auth", "caps", `client.${user}`, "mon", "allow r"]);
}

/** Restores a user's key and capabilities; does nothing if it has them. */
export async function restoreUser(user: User): Promise<void> {
  await ceph(["auth", "import", "-i", keyringOf(user)]);
}

/** Deletes an image from the pool, its snapshots first. Glance still calls it active. */
export async function deleteData(id: string): Promise<void> {
  await deleteSnapshot(id);
  await rbd(["rm", "--no-progress", `${POOL}/${id}`]);
}

/** Deletes the snapshot in Glance's location; the image itself stays. */
export async function deleteSnapshot(id: string): Promise<void> {
  await rbd(["snap", "unprotect", `${POOL}/${id}@snap`]);
  await rbd(["snap", "rm", "--no-progress", `${POOL}/${id}@snap`]);
}

/** Protects a new snapshot, as Glance does, which expects it when it deletes the image. */
export async function protectSnapshot(id: string): Promise<void> {
  await rbd(["snap", "protect", `${POOL}/${id}@snap`]);
}

/**
 * Changes bytes of an image in Ceph. Its snapshot changes too: `rados` does not know about
 * snapshots, so the OSD does not copy the object before the write.
 *
 * @param offset First byte, within the image; they must lie within one object.
 */
export async function overwrite(id: string, offset: number, bytes: Uint8Array): Promise<void> {
  const { object, size } = await locate(id, offset);
  const file = await Deno.makeTempFile();
  try {
    await rados(["get", object, file]);
    await patch(file, offset % size, bytes);
    await rados(["put", object, file]);
  } finally {
    await Deno.remove(file);
  }
}

/** Deletes the object with a byte of an image: it then reads as zeros, without any error. */
export async function loseObject(id: string, offset: number): Promise<void> {
  const { object } = await locate(id, offset);
  await rados(["rm", object]);
}

/** Name and size of the object with a byte of an image. */
async function locate(id: string, offset: number): Promise<{ object: string; size: number }> {
  const json = await rbd(["info", "--format", "json", `${POOL}/${id}`]);
  const { block_name_prefix: prefix, object_size: size } = JSON.parse(json) as ImageInfo;
  const index = Math.floor(offset / size).toString(16).padStart(16, "0");
  return { object: `${prefix}.${index}`, size };
}

/** The part of `rbd info --format json` with the location of the data. */
interface ImageInfo {
  readonly "block_name_prefix": string;
  readonly "object_size": number;
}

async function patch(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(offset, Deno.SeekMode.Start);
  if (await file.write(bytes) !== bytes.length) throw new Error(`Cannot write to '${path}'`);
}
