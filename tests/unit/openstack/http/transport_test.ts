/**
 * One request, one connection: what is sent, what is refused, and that every wait ends.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { ToolError } from "@/errors.ts";
import { failureOf } from "@/openstack/http/answer.ts";
import { isWorthRetrying } from "@/openstack/http/failure.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { FakeClock, settle } from "../../../doubles/clock.ts";
import { world } from "../../../doubles/world.ts";

const NEVER = new AbortController().signal;
const GENTLY = { signal: NEVER, timeoutMs: 30_000 };

Deno.test("request sends the request, uncompressed and on a connection of its own", async () => {
  await using server = new HttpServer(() => ({ status: 200, body: "hello" }));
  using transport = openTransport(world(), { peer: "Test", tls: {} });
  const headers = { "x-auth-token": "secret" };
  const response = await transport.request("GET", `${server.url}/a?b=c`, { headers, ...GENTLY });
  assertEquals([response.status, await response.text()], [200, "hello"]);
  const [seen] = server.requests;
  assertEquals([seen?.method, seen?.path], ["GET", "/a?b=c"]);
  assertEquals(seen?.headers.get("accept-encoding"), "identity");
  assertEquals(seen?.headers.get("connection"), "close");
  assertEquals(seen?.headers.get("x-auth-token"), "secret");
});

Deno.test("request sends JSON and says so", async () => {
  let body: unknown;
  await using server = new HttpServer(async (request) => {
    body = [request.headers.get("content-type"), await request.json()];
    return { status: 201 };
  });
  using transport = openTransport(world(), { peer: "Test", tls: {} });
  const response = await transport.request("POST", server.url, { json: { a: 1 }, ...GENTLY });
  await response.body?.cancel();
  assertEquals(body, ["application/json", { a: 1 }]);
});

Deno.test("request returns other statuses to the caller", async () => {
  await using server = new HttpServer(() => ({ status: 404, body: "no" }));
  using transport = openTransport(world(), { peer: "Test", tls: {} });
  const response = await transport.request("GET", server.url, GENTLY);
  assertEquals([response.status, await response.text()], [404, "no"]);
});

Deno.test("request ends with a timeout when a server takes the request and never answers", async () => {
  await using server = new HttpServer(() => ({ status: 200 }));
  server.setFault("/", { kind: "silent" });
  const clock = new FakeClock();
  using transport = openTransport(world({ clock }), { peer: "Test", tls: {} });
  const failed = assertRejects(() => transport.request("GET", server.url, GENTLY), ToolError);
  await server.reached();
  await clock.advance(30_000);
  const error = await failed;
  assertEquals([error.code, error.retryable], ["timeout", true]);
  assertStringIncludes(error.message, "no answer within 30 s");
});

Deno.test("request limits the wait for the answer, not for its body", async () => {
  await using server = new HttpServer(() => ({ status: 200, body: "slowly" }));
  const clock = new FakeClock();
  using transport = openTransport(world({ clock }), { peer: "Test", tls: {} });
  const response = await transport.request("GET", server.url, GENTLY);
  await clock.advance(3_600_000);
  assertEquals(await response.text(), "slowly");
});

Deno.test("request ends with the reason of the signal, and so does the body", async () => {
  await using server = new HttpServer(() => ({ status: 200, body: "0123456789" }));
  server.setFault("/body", { kind: "hang", after: 5 });
  server.setFault("/silent", { kind: "silent" });
  using transport = openTransport(world(), { peer: "Test", tls: {} });
  const stopped = new ToolError("interrupted", "Interrupted");
  const first = new AbortController();
  const options = { signal: first.signal, timeoutMs: 30_000 };
  const failed = assertRejects(
    () => transport.request("GET", `${server.url}/silent`, options),
    ToolError,
    "Interrupted",
  );
  await server.reached();
  first.abort(stopped);
  await failed;
  const second = new AbortController();
  const response = await transport.request("GET", `${server.url}/body`, {
    signal: second.signal,
    timeoutMs: 30_000,
  });
  const reader = response.body?.getReader();
  assert(reader !== undefined);
  await reader.read();
  second.abort(stopped);
  await assertRejects(() => reader.read(), ToolError, "Interrupted");
  await settle();
});

Deno.test("openTransport sends requests through the proxy that is configured", async () => {
  await using proxy = new HttpServer((request) => ({ status: 200, body: request.url }));
  using transport = openTransport(world(), { peer: "Test", tls: {}, proxy: proxy.url });
  const response = await transport.request("GET", "http://glance.invalid:9292/v2", GENTLY);
  await response.body?.cancel();
  assertEquals(response.status, 200);
  assertEquals(proxy.requests.length, 1);
});

/** The error of a request whose proxy gives this answer. */
async function failureThroughProxy(answer: string, scheme: "http" | "https") {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answered = listener.accept().then(async (conn) => {
    await conn.read(new Uint8Array(4096));
    await conn.write(
      new TextEncoder().encode(
        `HTTP/1.1 ${answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      ),
    );
    conn.close();
  });
  const address = `127.0.0.1:${listener.addr.port}`;
  using transport = openTransport(world(), {
    peer: "Test",
    tls: {},
    proxy: `http://me:geheim@${address}`,
  });
  const work = transport.request("GET", `${scheme}://glance.invalid/v2`, GENTLY);
  const failed = scheme === "https"
    ? await assertRejects(() => work, ToolError)
    : await failureOf(await work, new FakeClock(), { action: "GET", ...GENTLY });
  await answered;
  assertEquals(JSON.stringify([failed.message, failed.hints]).includes("geheim"), false);
  return { failed, address };
}

// denoland/deno#6502: a proxy with a user and a password, whose refusal looked like the service's own.
Deno.test("a proxy that asks for a password is named, and not asked again", async () => {
  const answer = "407 Proxy Authentication Required";
  const { failed, address } = await failureThroughProxy(answer, "https");
  assertEquals(
    failed.message,
    `Cannot GET 'https://glance.invalid/v2' through proxy 'http://***@${address}': ` +
      "the proxy asks for a user and a password",
  );
  assertEquals(isWorthRetrying(failed), false);
  const plain = await failureThroughProxy(answer, "http");
  assertEquals(plain.failed.hints, failed.hints);
  assertStringIncludes(failed.hints[0] ?? "", "[glance_direct] proxy");
});

Deno.test("a proxy that does not connect to the service says so", async () => {
  const { failed } = await failureThroughProxy("403 Forbidden", "https");
  assertStringIncludes(failed.message, "the proxy does not connect to it");
  assertStringIncludes(failed.hints[0] ?? "", "[glance_direct] proxy");
});

Deno.test("openTransport: 'insecure' and a proxy exclude each other", () => {
  const tls = { insecure: true };
  const error = assertThrows(
    () => openTransport(world(), { peer: "Glance", tls, proxy: "http://p:1" }),
    ToolError,
    "Cannot reach Glance 'insecure' and through a proxy",
  );
  assertEquals([error.code, error.hints.length], ["config_invalid", 1]);
});

Deno.test("openTransport refuses a proxy that is not a URL", () => {
  const open = () => openTransport(world(), { peer: "Glance", tls: {}, proxy: "proxy 3128" });
  const error = assertThrows(open, ToolError, "Cannot use proxy 'proxy 3128'");
  assertEquals([error.code, error.hints.length], ["config_invalid", 1]);
});
