/**
 * A dead host takes the connect time-out, not the one of a busy service.
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

Deno.test("withConnectTimeout knows the usual ports and addresses in brackets", async () => {
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

Deno.test("withConnectTimeout leaves a proxy alone, which knows names that we may not", async () => {
  await using proxy = new HttpServer(() => ({ status: 200 }));
  const { transport } = open(() => Promise.reject(new Error("asked")), proxy.url);
  using _transport = transport;
  const response = await transport.request("GET", "http://glance.invalid/", GENTLY);
  await response.body?.cancel();
  assertEquals(response.status, 200);
});
