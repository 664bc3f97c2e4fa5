/**
 * Images of the real Glance that must not be used: the record decides, although Glance and Ceph
 * would serve the data to a service user.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, exchange } from "@lab/ceph/http.ts";
import { makeImages } from "@lab/ceph/images.ts";
import { tokenFor } from "@lab/ceph/keystone_catalogue.ts";
import { PORTS, url } from "@lab/ceph/layout.ts";
import { remove } from "@lab/ceph/seed.ts";
import { ComputeHost } from "./compute_host.ts";
import { ownImage } from "./own_image.ts";
import { failureOf } from "./tool.ts";

const IMAGES = url(PORTS.glance, "/v2/images");

Deno.test.beforeAll(makeImages);

Deno.test("fetch refuses a deactivated image, whose data Glance gives to the service user", async () => {
  await using image = await ownImage();
  const headers = { "x-auth-token": await tokenFor("nova") };
  await call("POST", `${IMAGES}/${image.id}/actions/deactivate`, { headers });
  assertEquals((await exchange("GET", `${IMAGES}/${image.id}/file`, { headers })).status, 200);
  await using host = await ComputeHost.make();
  for (const flags of [[], ["--source=rbd"], ["--source=glance", "--allow-unhashed"]]) {
    const ended = await host.fetch(image.id, ...flags);
    assertEquals([ended.status, failureOf(ended).code], [69, "image_not_active"]);
    assertEquals(failureOf(ended).attempts, []);
  }
  await host.assertLeft(image.id, "nothing");
});

Deno.test("fetch reports an image without data as temporary: its upload may be in progress", async () => {
  const id = crypto.randomUUID();
  const headers = { "x-auth-token": await tokenFor("nova") };
  const json = { id, name: "queued", "disk_format": "raw", "container_format": "bare" };
  await call("POST", IMAGES, { headers, json });
  try {
    await using host = await ComputeHost.make();
    const ended = await host.fetch(id);
    assertEquals(ended.status, 75);
    assertStringIncludes(failureOf(ended).message, "it is 'queued', expected 'active'");
    await host.assertLeft(id, "nothing");
  } finally {
    await remove(id);
  }
});
