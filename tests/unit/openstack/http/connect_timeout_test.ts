/**
 * An unreachable host takes the connect time-out, not the time-out of a busy service.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HttpServer } from "@lab/embedded/http_server.ts";
import type { Address } from "@/connection.ts";
import { ToolError } from "@/errors.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { FakeClock, settle } from "../../../doubles/clock.ts";
import { world } from "../../../doubles/world.ts";

const GENTLY = { signal: new AbortController().signal, timeoutMs: 60_000 };

/** A transport with a connect time-out of 10 s, in a world where reaching a host is this. */
function open(reach: (address: Address, signal: AbortSignal) => Promise<void>, proxy?: string) {
  const clock = new FakeClock();
  const options = { peer: "Test", tls: {}, connectTimeoutMs: 10_000, proxy };
  return { clock, transport: openTransport({ ...world({ clock }), reach }, options) };
}

Deno.test("withConnectTimeout gives up on a host that is silent, after the connect time-out", async () => {
  const { clock, transport } = open(() => new Promise(() => {}));
  using _transport = transport;
  const work = transport.request("GET", "http://dead:9292/v2/images?x=y", GENTLY);
  const failed = assertRejects(() => work, ToolError);
  await settle();
  await clock.advance(10_000);
  const error = await failed;
  assertEquals([error.code, error.message, error.hints.length], [
    "timeout",
    "Cannot connect to 'http://dead:9292': no answer within 10 s ([glance_direct]connect_timeout)",
    1,
  ]);
  assertStringIncludes(error.hints[0] ?? "", "[glance_direct]connect_timeout");
});

Deno.test("withConnectTimeout asks each server once, however often it is spoken to", async () => {
  await using server = new HttpServer(() => ({ status: 200 }));
  const asked: Address[] = [];
  const { transport } = open((address) => Promise.resolve(void asked.push(address)));
  using _transport = transport;
  for (const path of ["/a", "/b"]) {
    await (await transport.request("GET", server.url + path, GENTLY)).body?.cancel();
  }
  assertEquals(asked, [{ hostname: "127.0.0.1", port: Number(new URL(server.url).port) }]);
});

Deno.test("withConnectTimeout handles default ports and addresses in brackets", async () => {
  const asked: Address[] = [];
  const { transport } = open((address) => {
    asked.push(address);
    return Promise.reject(new Error("Connection refused (os error 111)"));
  });
  using _transport = transport;
  for (const url of ["http://glance/", "https://glance/", "https://[2001:db8::1]:9292/"]) {
    const work = transport.request("GET", url, GENTLY);
    const error = await assertRejects(() => work, ToolError, "connection refused");
    assertEquals(error.code, "source_unavailable");
  }
  assertEquals(asked, [
    { hostname: "glance", port: 80 },
    { hostname: "glance", port: 443 },
    { hostname: "2001:db8::1", port: 9292 },
  ]);
});

Deno.test("withConnectTimeout ends with the signal", async () => {
  const { transport } = open(() => new Promise(() => {}));
  using _transport = transport;
  const controller = new AbortController();
  const options = { signal: controller.signal, timeoutMs: 60_000 };
  const work = transport.request("GET", "http://dead:9292/", options);
  controller.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => work, ToolError, "Interrupted");
});

Deno.test("withConnectTimeout asks the proxy alone, which knows names that we may not", async () => {
  await using proxy = new HttpServer(() => ({ status: 200 }));
  const asked: Address[] = [];
  const { transport } = open((address) => Promise.resolve(void asked.push(address)), proxy.url);
  using _transport = transport;
  for (const url of ["http://glance.invalid/", "http://keystone.invalid/"]) {
    const response = await transport.request("GET", url, GENTLY);
    await response.body?.cancel();
    assertEquals(response.status, 200);
  }
  assertEquals(asked, [{ hostname: "127.0.0.1", port: Number(new URL(proxy.url).port) }]);
});

Deno.test("withConnectTimeout gives up on a proxy that is silent, and shows no password", async () => {
  const proxy = "http://me:geheim@proxy:3128";
  const { clock, transport } = open(() => new Promise(() => {}), proxy);
  using _transport = transport;
  const work = transport.request("GET", "http://glance:9292/v2/images", GENTLY);
  const failed = assertRejects(() => work, ToolError);
  await settle();
  await clock.advance(10_000);
  assertStringIncludes((await failed).message, "Cannot connect to 'http://***@proxy:3128': no ans");
});

Deno.test("withConnectTimeout takes the address of a proxy that answers, and names one that is dead", async () => {
  await using server = new HttpServer(() => ({ status: 200 }));
  const { port } = new URL(server.url);
  const reach = ({ hostname }: Address) =>
    hostname === "192.0.2.9" ? Promise.reject(new Error("Connection refused")) : Promise.resolve();
  const dead = (addresses: readonly string[]) => {
    const context = { ...world(), reach, resolve: () => Promise.resolve(addresses) };
    const options = { peer: "Test", tls: {}, connectTimeoutMs: 10_000, proxy: server.url };
    return openTransport(context, options);
  };
  using some = dead(["192.0.2.9", "127.0.0.1"]);
  await (await some.request("GET", "http://glance.invalid/", GENTLY)).body?.cancel();
  using none = dead(["192.0.2.9"]);
  const error = await assertRejects(() => none.request("GET", "http://g/", GENTLY), ToolError);
  assertEquals(
    error.message,
    `Cannot GET 'http://g/' through proxy 'http://127.0.0.1:${port}': connection refused`,
  );
});
