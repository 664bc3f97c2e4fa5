/**
 * An image that one test alone has, and may damage.
 *
 * @module
 */
import { makeRaw } from "@lab/ceph/images.ts";
import { at } from "@lab/ceph/layout.ts";
import { remove, type SeededRecord, upload } from "@lab/ceph/seed.ts";

/** Bytes of it: three RBD objects. */
export const OWN_SIZE = 24 << 20;

/** A dense raw image of its own, in Glance until it is disposed of. */
export interface OwnImage extends AsyncDisposable {
  /** Image id. */
  readonly id: string;
  /** The file it was made of. */
  readonly path: string;
  /** What Glance says of it. */
  readonly record: SeededRecord;
}

/** Uploads an image under a new id. */
export async function ownImage(): Promise<OwnImage> {
  const [id, path] = [crypto.randomUUID(), at("images", "own.raw")];
  await makeRaw(path, OWN_SIZE, [[0, OWN_SIZE]]);
  const record = await upload({ id, name: "own", diskFormat: "raw", path });
  return { id, path, record, [Symbol.asyncDispose]: () => remove(id) };
}
