/**
 * Redirects are followed as in keystoneauth, and no further.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { ToolError } from "@/errors.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { world } from "../../../doubles/world.ts";

const OPTIONS = {
  headers: { "x-auth-token": "secret" },
  signal: new AbortController().signal,
  timeoutMs: 30_000,
};

for (const status of [301, 302, 303, 305, 307, 308]) {
  Deno.test(`redirects: ${status} within the origin is followed with method, body and token`, async () => {
    await using server = new HttpServer(async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/old") return { status, headers: { location: "/v3/auth?x=y" } };
      return { status: 200, body: `${request.method} ${await request.text()}` };
    });
    using transport = openTransport(world(), { peer: "Test", tls: {} });
    const options = { ...OPTIONS, json: { a: 1 } };
    const response = await transport.request("POST", `${server.url}/old`, options);
    assertEquals(await response.text(), 'POST {"a":1}');
    assertEquals(server.requests.map(({ path }) => path), ["/old", "/v3/auth?x=y"]);
    assertEquals(server.requests.at(-1)?.headers.get("x-auth-token"), "secret");
  });

  Deno.test(`redirects: ${status} to another origin is named, and gets no token`, async () => {
    await using elsewhere = new HttpServer(() => ({ status: 200 }));
    const location = `${elsewhere.url}/v2?sig=geheim`;
    await using server = new HttpServer(() => ({ status, headers: { location } }));
    using transport = openTransport(world(), { peer: "Test", tls: {} });
    const error = await assertRejects(
      () => transport.request("GET", server.url, OPTIONS),
      ToolError,
      `it redirects to '${elsewhere.url}/v2', and a token is not sent`,
    );
    assertEquals([error.code, error.hints.length], ["source_unavailable", 1]);
    assertStringIncludes(error.hints[0] ?? "", elsewhere.url);
    assertEquals(JSON.stringify([error.message, error.hints]).includes("geheim"), false);
    assertEquals(elsewhere.requests.length, 0);
  });
}

Deno.test("redirects: another scheme is another origin", async () => {
  for (const location of ["https://127.0.0.1:1/", "file:///etc/shadow", "javascript:alert(1)"]) {
    await using server = new HttpServer(() => ({ status: 302, headers: { location } }));
    using transport = openTransport(world(), { peer: "Test", tls: {} });
    await assertRejects(
      () => transport.request("GET", server.url, OPTIONS),
      ToolError,
      "redirects",
    );
  }
});

Deno.test("redirects end after thirty", async () => {
  await using server = new HttpServer(() => ({ status: 302, headers: { location: "/again" } }));
  using transport = openTransport(world(), { peer: "Test", tls: {} });
  const work = transport.request("GET", server.url, OPTIONS);
  await assertRejects(() => work, ToolError, "after 30 redirects");
  assertEquals(server.requests.length, 31);
});

Deno.test("redirects without a readable target are returned like other answers", async () => {
  await using server = new HttpServer(() => ({ status: 302, headers: { location: "http://[" } }));
  using transport = openTransport(world(), { peer: "Test", tls: {} });
  const response = await transport.request("GET", server.url, OPTIONS);
  await response.body?.cancel();
  assertEquals(response.status, 302);
});
