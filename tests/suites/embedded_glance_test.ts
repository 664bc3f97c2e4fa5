/**
 * What the embedded Glance does on demand, for which there is no peer to compare with.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { EmbeddedGlance } from "@lab/embedded/glance.ts";

const CONTENT = dense(noise(3 << 20));

Deno.test("embedded Glance: a gate holds the body at the given byte, and then lets all of it through", async () => {
  await using glance = new EmbeddedGlance();
  const { id } = glance.add({ content: CONTENT, hashed: false });
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  glance.setFault(id, { kind: "gate", after: 1_500_000, opened });
  const response = await fetch(glance.url + glance.filePath(id));
  const received: Uint8Array[] = [];
  for await (const piece of response.body ?? []) {
    received.push(piece);
    if (received.reduce((sum, { length }) => sum + length, 0) === 1_500_000) open();
  }
  const bytes = new Uint8Array(await new Blob(received as BlobPart[]).arrayBuffer());
  assertEquals(bytes, CONTENT.extents[0]?.bytes);
});

Deno.test("embedded Glance: a status is sent the given number of times, with its header fields", async () => {
  await using glance = new EmbeddedGlance();
  const { id } = glance.add({ content: CONTENT, hashed: false });
  const headers = { "Retry-After": "7" };
  glance.setFault(id, { kind: "status", status: 503, headers, times: 2 });
  const answers: (readonly [number, string | null])[] = [];
  for (let i = 0; i < 3; i++) {
    const response = await fetch(glance.url + glance.filePath(id));
    await response.body?.cancel();
    answers.push([response.status, response.headers.get("retry-after")]);
  }
  assertEquals(answers, [[503, "7"], [503, "7"], [200, null]]);
  assertEquals(glance.server.requestsFor(glance.filePath(id)).length, 3);
});

Deno.test("embedded Glance: less data than the record says breaks the connection off", async () => {
  await using glance = new EmbeddedGlance();
  const data = dense(noise(1000));
  const { id } = glance.add({ content: CONTENT, data, hashed: false });
  await assertRejects(async () => {
    const response = await fetch(glance.url + glance.filePath(id));
    assertEquals(response.headers.get("content-length"), `${CONTENT.size}`);
    await response.bytes();
  }, TypeError);
});

Deno.test("embedded Glance: data of a deactivated image is for admins only, a queued one has none", async () => {
  await using glance = new EmbeddedGlance();
  const statusOf = async (id: string) => {
    const response = await fetch(glance.url + glance.filePath(id));
    await response.body?.cancel();
    return response.status;
  };
  const inactive = glance.add({ content: CONTENT, hashed: false, status: "deactivated" });
  assertEquals(await statusOf(inactive.id), 200);
  assertEquals(await statusOf(glance.add({}).id), 204);
});
