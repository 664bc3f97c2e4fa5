/**
 * The trace shows enough to repeat a request and nothing that would let somebody else do so.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { traced } from "@/openstack/http/trace.ts";
import type { Transport } from "@/openstack/http/transport.ts";
import { world } from "../../../doubles/world.ts";

const NEVER = new AbortController().signal;

/** A transport that answers everything with these header fields. */
function answering(headers: Record<string, string>): Transport {
  return {
    request: () => Promise.resolve(new Response(null, { status: 201, headers })),
    [Symbol.dispose]: () => {},
  };
}

Deno.test("traced writes tokens as their SHA-256 and bodies not at all", async () => {
  const context = world();
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const transport = traced(answering({ "X-Subject-Token": "new" }), context.log);
  await transport.request("POST", "http://u:pw@keystone:5000/v3/auth/tokens?nocatalog", {
    headers: { "X-Auth-Token": "user", "X-Service-Token": "service", accept: "text/plain" },
    json: { password: "geheim" },
    signal: NEVER,
    timeoutMs: 1000,
  });
  assertEquals(context.logged, [
    "trace: REQ: curl -g -i -X POST 'http://keystone:5000/v3/auth/tokens?nocatalog' " +
    `-H 'accept: text/plain' -H 'x-auth-token: {SHA256}${sha256("user")}' ` +
    `-H 'x-service-token: {SHA256}${sha256("service")}' -d '***'`,
    `trace: RESP: [201] x-subject-token: {SHA256}${sha256("new")}`,
  ]);
});

Deno.test("traced hides the query that a redirect added: it may be a key", async () => {
  await using server = new HttpServer((request) => {
    const location = "/file?X-Amz-Signature=geheim";
    return request.url.endsWith("/old?a=b")
      ? { status: 302, headers: { location } }
      : { status: 200 };
  });
  const context = world();
  using transport = openTransport(context, { peer: "Test", tls: {} });
  const options = { signal: NEVER, timeoutMs: 30_000 };
  await (await transport.request("GET", `${server.url}/old?a=b`, options)).body?.cancel();
  const asked = context.logged.filter((line) => line.includes("REQ:"))
    .map((line) => /'([^']*)'/.exec(line)?.[1]);
  assertEquals(asked, [`${server.url}/old?a=b`, `${server.url}/file?…`]);
  assertEquals(context.logged.join().includes("geheim"), false);
});

Deno.test("traced hands on the answer and the end", async () => {
  let ended = false;
  const inner = { ...answering({ a: "b" }), [Symbol.dispose]: () => void (ended = true) };
  {
    using transport = traced(inner, world().log);
    const options = { signal: NEVER, timeoutMs: 1 };
    assertEquals((await transport.request("GET", "http://h/", options)).headers.get("a"), "b");
  }
  assertEquals(ended, true);
});
