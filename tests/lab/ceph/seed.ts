/**
 * Adds images to the lab through Glance's own API, and removes them.
 *
 * @module
 */
import { call, exchange } from "./http.ts";
import { PORTS, url } from "./layout.ts";

/** An image to create. */
export interface Seed {
  /** Its id, which Glance never reuses: a deleted id is gone for good. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Its `disk_format`. */
  readonly diskFormat: string;
  /** The file with its bytes. */
  readonly path: string;
  /** Additional properties, e.g. `img_signature`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Glance's name of the store to use. @default the rbd store */
  readonly store?: string | undefined;
}

/** The fields of a record that tests compare. */
export interface SeededRecord {
  /** `active`, `queued` … */
  readonly status: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-512, hex. */
  readonly "os_hash_value": string;
  /** Location in the rbd store. */
  readonly "direct_url": string;
}

const IMAGES = url(PORTS.glanceNoauth, "/v2/images");

/** Bytes a second that an upload reaches at least. */
const SLOWEST = 32 << 20;

/** Uploads an image, unless it exists, and returns its record. */
export async function upload(seed: Seed): Promise<SeededRecord> {
  const { id, name, diskFormat, path, properties, store } = seed;
  const known = await exchange("GET", `${IMAGES}/${id}`);
  if (known.status === 404) {
    const format = { "disk_format": diskFormat, "container_format": "bare" };
    const json = { id, name, ...format, visibility: "public", ...properties };
    await call("POST", IMAGES, { json });
  }
  if (known.status === 404 || recordOf(known.body).status === "queued") {
    const headers = store === undefined ? {} : { "x-image-meta-store": store };
    // A busy Glance hashes 100 GiB in more than ten minutes.
    const seconds = 600 + (await Deno.stat(path)).size / SLOWEST;
    await call("PUT", `${IMAGES}/${id}/file`, { file: path, headers, seconds });
  }
  return recordOf((await call("GET", `${IMAGES}/${id}`)).body);
}

/**
 * Deletes an image; does nothing if there is none. Its data may be missing from the pool already.
 */
export async function remove(id: string): Promise<void> {
  const { status, body } = await exchange("DELETE", `${IMAGES}/${id}`);
  if (status !== 204 && status !== 404) throw new Error(`Cannot delete '${id}': ${status} ${body}`);
}

function recordOf(body: string): SeededRecord {
  return JSON.parse(body) as SeededRecord;
}
