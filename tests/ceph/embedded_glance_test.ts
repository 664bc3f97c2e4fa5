/**
 * Compares the embedded Glance with the real one: the same answers to the same requests, except for
 * times and random values.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { PORTS, url } from "@lab/ceph/layout.ts";
import { dense, noise } from "@lab/embedded/content.ts";
import { EmbeddedGlance } from "@lab/embedded/glance.ts";
import { Tokens } from "@lab/embedded/tokens.ts";
import { peerVersion } from "../peer/peer.ts";
import { putImage, removeImage } from "./rbd_image.ts";

const CONTENT = dense(noise(1000));
const HEADERS = ["allow", "content-length", "content-md5", "content-range", "content-type"];

/** What Glance has for services alone since 2024.2, where it refuses others; the embedded one is older. */
const [LOCATIONS, LOCATIONS_SINCE] = ["/v2/images/@/locations", 29] as const;

/** Method, path (`@` is the image's id) and `Range`. */
const QUESTIONS: readonly (readonly [method: string, path: string, range?: string])[] = [
  ["GET", "/v2/images/@"],
  ["GET", "/v2/images/@/file"],
  ["HEAD", "/v2/images/@/file"],
  ["GET", "/v2/images/@/file", "bytes=0-99"],
  ["GET", "/v2/images/@/file", "bytes=10-"],
  ["GET", "/v2/images/@/file", "bytes=-10"],
  ["GET", "/v2/images/@/file", "bytes=1000-"],
  ["GET", "/v2/images/@/file", "bytes=0-1,5-6"],
  ["GET", "/v2/images/@/file", "bytes=x"],
  ["GET", "/v2/images/@/file?prefer=other"],
  ["GET", LOCATIONS],
  ["GET", "/v2/images/00000000-0000-4000-8000-000000000000"],
  ["GET", "/v2/images/00000000-0000-4000-8000-000000000000/file"],
  ["GET", "/v2/images/<script>'\"&"],
  ["GET", "/v2/nothing"],
  ["GET", "/v2/images?name=@"],
  ["GET", "/v2/images?name=@&limit=1"],
  ["GET", "/v2/images?limit=1&name=@&marker=@"],
  ["GET", "/v2/images?name=eq:@&tag=none"],
  ["GET", "/v2/images?name=in:@,x&disk_format=raw"],
  ["GET", "/v2/images?name=@&hw_disk_bus=virtio"],
  ["GET", "/v2/images?name=a%20b:c"],
  ["GET", "/v2/images?limit=0"],
  ["GET", "/v2/images?limit=-1"],
  ["GET", "/v2/images?limit=x"],
  ["GET", "/v2/images?marker=x"],
];

Deno.test("embedded Glance: answers as the real one does", async (test) => {
  const id = crypto.randomUUID();
  await putImage(id, CONTENT, "thick");
  try {
    const real = url(PORTS.glanceNoauth);
    const record = await (await fetch(`${real}/v2/images/${id}`)).json();
    const version = await peerVersion("glance");
    await using glance = new EmbeddedGlance();
    glance.add({ id, name: id, content: CONTENT, url: record.direct_url });
    for (const [method, path, range] of QUESTIONS) {
      await test.step([method, path, range].join(" "), async () => {
        const ask = (base: string) => answer(base, method, path.replaceAll("@", id), range);
        const [ours, theirs] = [await ask(glance.url), await ask(real)];
        const isNewer = path === LOCATIONS && version >= LOCATIONS_SINCE;
        if (isNewer) assertEquals([ours.status, theirs.status], [404, 403]);
        else assertEquals(ours, theirs);
      });
    }
  } finally {
    await removeImage(id, "thick");
  }
});

Deno.test("embedded Glance: refuses a missing and a wrong token as the real one does", async () => {
  await using glance = new EmbeddedGlance({ tokens: new Tokens() });
  for (const headers of [{}, { "X-Auth-Token": "wrong" }]) {
    const answers = [glance.url, url(PORTS.glance)].map(async (base) => {
      const response = await fetch(`${base}/v2/images`, { headers });
      const challenge = response.headers.get("www-authenticate")?.replace(/:\d+[^"]*"/, ':PORT"');
      return [response.status, challenge, await response.text()];
    });
    const [ours, real] = await Promise.all(answers);
    assertEquals(ours, real);
  }
});

async function answer(base: string, method: string, path: string, range: string | undefined) {
  const headers = range === undefined ? {} : { "Range": range };
  const response = await fetch(`${base}${path}`, { method, headers });
  return {
    status: response.status,
    headers: HEADERS.map((name) => `${name}: ${response.headers.get(name)}`),
    hasRequestId: response.headers.has("x-openstack-request-id"),
    body: (await response.text()).replaceAll(/"20\d\d-[^"]*Z"/g, '"TIME"').split(/(?<=, )/),
  };
}
