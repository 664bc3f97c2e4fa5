/**
 * The pools of a ceph.conf, as files next to it: `pools/<pool>/<image>@<snapshot>` is the data, the
 * same name with `.json` its header. Opening fails like in librbd.
 *
 * @module
 */
import { join } from "node:path";
import type { Invocation } from "./arguments.ts";
import { faultOf, osdDown } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { errno, logged, RbdFailure } from "./failure.ts";

/** An object that exists in RADOS: it begins at `index × objectSize` of the image. */
export interface StoredObject {
  /** Number of the object. */
  readonly index: number;
  /** Bytes from its beginning to the last one ever written. */
  readonly length: number;
  /** Whether all of them are zero. */
  readonly zero: boolean;
}

/** The header of a stored image. */
export interface StoredImage {
  /** Bytes. */
  readonly size: number;
  /** Bytes of an object; Glance makes 8 MiB. */
  readonly objectSize: number;
  /** The objects that exist, ascending. */
  readonly objects: readonly StoredObject[];
}

/** Checks pool, rights, image and snapshot. @throws {RbdFailure} As `rbd` fails. */
export function openImage(connection: Connection, where: Invocation): StoredImage {
  const { pool, image, snap } = where;
  openPool(connection, pool);
  if (!mayRead(connection, pool)) {
    throw new RbdFailure(
      1,
      logged(`librbd::image::OpenRequest: failed to stat v2 image header: ${errno(1)}`),
      logged(`librbd::ImageState: 0x56052694c210 failed to open image: ${errno(1)}`),
      `rbd: error opening image ${image}: ${errno(1)}`,
    );
  }
  if (faultOf(connection, image)?.kind === "silent") {
    osdDown(connection, `rbd: error opening image ${image}: ${errno(110)}`);
  }
  const snapshots = listImages(connection, pool).filter((entry) => entry.image === image);
  if (snapshots.length === 0) {
    throw new RbdFailure(2, `rbd: error opening image ${image}: ${errno(2)}`);
  }
  const found = snapshots.find((entry) => snap === "" || entry.snap === snap);
  if (found === undefined) {
    throw new RbdFailure(2, `error setting snapshot context: ${errno(2)}`);
  }
  return JSON.parse(Deno.readTextFileSync(`${dataPath(connection, pool, found)}.json`));
}

/** The file with an image's bytes. */
export function dataFile(connection: Connection, { pool, image, snap }: Invocation): string {
  return dataPath(connection, pool, { image, snap: snap === "" ? "snap" : snap });
}

/** Names in a pool. @throws {RbdFailure} As `rbd ls` fails. */
export function listPool(connection: Connection, pool: string): readonly string[] {
  try {
    openPool(connection, pool);
  } catch (error) {
    if (!(error instanceof RbdFailure)) throw error;
    const lines = error.message.trimEnd();
    throw new RbdFailure(2, lines, `rbd: listing images failed: ${errno(2)}`);
  }
  if (!mayRead(connection, pool)) {
    throw new RbdFailure(
      1,
      logged(`librbd::api::Image: list_images: error listing v1 images: ${errno(1)}`),
      `rbd: listing images failed: ${errno(1)}`,
    );
  }
  return [...new Set(listImages(connection, pool).map(({ image }) => image))].sort();
}

function openPool({ directory }: Connection, pool: string): void {
  try {
    Deno.statSync(join(directory, "pools", pool));
  } catch {
    throw new RbdFailure(2, `rbd: error opening pool '${pool}': ${errno(2)}`);
  }
}

function mayRead({ cluster, user }: Connection, pool: string): boolean {
  return cluster.users[user]?.pools.includes(pool) ?? false;
}

function listImages({ directory }: Connection, pool: string): { image: string; snap: string }[] {
  return [...Deno.readDirSync(join(directory, "pools", pool))]
    .filter(({ name }) => name.endsWith(".json"))
    .map(({ name }) => name.slice(0, -".json".length).split("@"))
    .map(([image = "", snap = ""]) => ({ image, snap }));
}

function dataPath(
  { directory }: Connection,
  pool: string,
  { image, snap }: { readonly image: string; readonly snap: string },
): string {
  return join(directory, "pools", pool, `${image}@${snap}`);
}
