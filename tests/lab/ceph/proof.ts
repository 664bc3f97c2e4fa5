/**
 * The proof that the lab works: running daemons may still be unable to store an image.
 *
 * @module
 */
import { call, exchange } from "./http.ts";
import { PORTS, url } from "./layout.ts";

const IMAGES = url(PORTS.glanceNoauth, "/v2/images");

/** Seconds for each request: with a cluster that cannot write, Glance waits for ever. */
const SECONDS = 60;

/**
 * Stores a few bytes in Ceph through Glance, reads them back, and deletes them.
 *
 * @throws {Error} If they are not what comes back.
 */
export async function proveItself(): Promise<void> {
  const [id, data] = [crypto.randomUUID(), crypto.randomUUID()];
  const json = { id, name: "proof", "disk_format": "raw", "container_format": "bare" };
  await call("POST", IMAGES, { json, seconds: SECONDS });
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, data);
    await call("PUT", `${IMAGES}/${id}/file`, { file, seconds: SECONDS });
  } finally {
    await Deno.remove(file);
  }
  const { body } = await call("GET", `${IMAGES}/${id}/file`, { seconds: SECONDS });
  await exchange("DELETE", `${IMAGES}/${id}`, { seconds: SECONDS });
  if (body !== data) throw new Error(`The lab keeps no image: '${data}' came back as '${body}'`);
}
