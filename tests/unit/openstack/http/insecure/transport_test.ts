/**
 * `insecure`: any server is trusted, and everything else is as strict as usual.
 *
 * @module
 */
import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { systemClock } from "@/system/clock.ts";
import { EXPIRED, OTHER_NAME, type Pair, SELF_SIGNED } from "../../../../doubles/certificates.ts";
import { FakeClock } from "../../../../doubles/clock.ts";
import { type World, world } from "../../../../doubles/world.ts";

const NEVER = new AbortController().signal;
const GENTLY = { signal: NEVER, timeoutMs: 30_000 };
const MIB = 1 << 20;

function insecure(context: World) {
  return openTransport(context, { peer: "Glance", tls: { insecure: true } });
}

function serve(
  handler: (request: Request) => Response | Promise<Response>,
  pair: Partial<Pair> = SELF_SIGNED,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ ...pair, hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
}

function at({ addr }: Deno.HttpServer<Deno.NetAddr>, path = "/"): string {
  return `https://127.0.0.1:${addr.port}${path}`;
}

for (const [name, pair] of Object.entries({ SELF_SIGNED, OTHER_NAME, EXPIRED })) {
  Deno.test(`insecure reaches a server with the certificate ${name}, and says so`, async () => {
    await using server = serve(async (request) => Response.json(await request.json()), pair);
    const context = world();
    using transport = insecure(context);
    const response = await transport.request("POST", at(server), { json: { a: "€" }, ...GENTLY });
    assertEquals(await response.json(), { a: "€" });
    assertEquals(context.logged.filter((line) => line.startsWith("warning")), [
      "warning: Glance's certificate is not verified ('insecure'): any server can impersonate it",
    ]);
  });
}

Deno.test("insecure sends path, query, host and header fields", async () => {
  await using server = serve((request) =>
    Response.json([request.method, request.url, request.headers.get("x-auth-token")])
  );
  using transport = insecure(world());
  const headers = { "x-auth-token": "secret" };
  const response = await transport.request("GET", at(server, "/a?b=%20"), { headers, ...GENTLY });
  assertEquals(await response.json(), ["GET", at(server, "/a?b=%20"), "secret"]);
});

Deno.test("insecure speaks plain HTTP where the URL says so", async () => {
  await using server = serve(() => new Response("plain"), {});
  using transport = insecure(world());
  const response = await transport.request("GET", at(server).replace("https", "http"), GENTLY);
  assertEquals(await response.text(), "plain");
});

Deno.test("insecure follows no redirect to another origin", async () => {
  await using server = serve(() => Response.redirect("https://127.0.0.1:1/", 302));
  using transport = insecure(world());
  await assertRejects(
    () => transport.request("GET", at(server), GENTLY),
    ToolError,
    "redirects to",
  );
});

Deno.test("insecure reports a refused connection", async () => {
  const port = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr.port;
  })();
  using transport = insecure(world());
  const work = transport.request("GET", `https://127.0.0.1:${port}/`, GENTLY);
  const error = await assertRejects(() => work, ToolError, "connection refused");
  assertEquals(error.code, "source_unavailable");
});

Deno.test("insecure reports that a server does not speak TLS", async () => {
  await using server = serve(() => new Response("plain"), {});
  using transport = insecure(world());
  const work = transport.request("GET", at(server), GENTLY);
  assertStringIncludes((await assertRejects(() => work, ToolError)).message, "does not speak TLS");
});

Deno.test("insecure ends with a timeout when a server never answers", async () => {
  const reached = Promise.withResolvers<void>();
  const over = Promise.withResolvers<Response>();
  await using server = serve(() => {
    reached.resolve();
    return over.promise;
  });
  const clock = new FakeClock();
  using transport = insecure(world({ clock }));
  const failed = assertRejects(() => transport.request("GET", at(server), GENTLY), ToolError);
  await reached.promise;
  await clock.advance(30_000);
  assertEquals((await failed).code, "timeout");
  over.resolve(new Response());
});

Deno.test("insecure: the signal ends the body with its own reason", async () => {
  await using server = serve(() =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) }),
    )
  );
  using transport = insecure(world());
  const controller = new AbortController();
  const options = { signal: controller.signal, timeoutMs: 30_000 };
  const reader = (await transport.request("GET", at(server), options)).body?.getReader();
  assert(reader !== undefined);
  assertEquals((await reader.read()).value?.length, 10);
  const next = assertRejects(() => reader.read(), ToolError, "Interrupted");
  controller.abort(new ToolError("interrupted", "Interrupted"));
  await next;
});

/** A body of so many megabytes, each of its own byte, that tells how much of it was asked for. */
function megabytes(count: number): { response: Response; sent: () => number } {
  let sent = 0;
  const pull = (controller: ReadableByteStreamController) => {
    if (sent === count) return controller.close();
    controller.enqueue(new Uint8Array(MIB).fill(sent++));
  };
  const headers = { "content-length": `${count * MIB}` };
  const response = new Response(new ReadableStream({ type: "bytes", pull }), { headers });
  return { response, sent: () => sent };
}

Deno.test("insecure delivers a large body completely", async () => {
  const { response } = megabytes(96);
  await using server = serve(() => response);
  using transport = insecure(world());
  let received = 0;
  for await (const piece of (await transport.request("GET", at(server), GENTLY)).body ?? []) {
    assertEquals(piece.at(-1), Math.floor((received + piece.length - 1) / MIB));
    received += piece.length;
  }
  assertEquals(received, 96 * MIB);
});

Deno.test("insecure reads no further ahead than it must", async () => {
  const { response, sent } = megabytes(96);
  await using server = serve(() => response);
  using transport = insecure(world());
  const { body } = await transport.request("GET", at(server), GENTLY);
  // What is not read stays with the server: socket buffers hold a few megabytes, we about one.
  assertLess(await untilSteady(sent), 48);
  let received = 0;
  for await (const piece of body ?? []) received += piece.length;
  assertEquals(received, 96 * MIB);
});

Deno.test("insecure releases the server when a body is cancelled", async () => {
  const cancelled = Promise.withResolvers<void>();
  await using server = serve(() => {
    const pull = (controller: ReadableStreamDefaultController) => {
      controller.enqueue(new Uint8Array(MIB));
    };
    return new Response(new ReadableStream({ pull, cancel: () => cancelled.resolve() }));
  });
  using transport = insecure(world());
  const { body } = await transport.request("GET", at(server), GENTLY);
  await body?.cancel();
  await cancelled.promise;
});

/** The value once it has stopped to change for a while. */
async function untilSteady(value: () => number): Promise<number> {
  for (let before = -1; before !== value();) {
    before = value();
    await systemClock.sleep(100);
  }
  return value();
}
