/**
 * The meaning of a failed connection and of an unexpected answer: real failures of this Deno, each
 * with its own words and one hint.
 *
 * @module
 */
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { readText } from "@/openstack/http/answer.ts";
import {
  answerFailure,
  connectionFailure,
  isWorthAsking,
  isWorthRetrying,
  labelOf,
} from "@/openstack/http/failure.ts";
import { openTransport } from "@/openstack/http/open.ts";
import {
  AUTHORITY,
  EXPIRED,
  OTHER_NAME,
  type Pair,
  SELF_SIGNED,
  SERVER,
} from "../../../doubles/certificates.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { UNRESOLVABLE } from "../../../doubles/host_name.ts";
import { world } from "../../../doubles/world.ts";

/** What a GET of this URL fails with. */
async function failureAt(url: string, ca = AUTHORITY): Promise<ToolError> {
  const context = world({ files: { "/ca.pem": ca } });
  using transport = openTransport(context, { peer: "Test", tls: { cafile: "/ca.pem" } });
  const options = { signal: new AbortController().signal, timeoutMs: 30_000 };
  const error = await assertRejects(() => transport.request("GET", url, options), ToolError);
  const isUnknown = error.message.endsWith("signed by an unknown authority");
  assertEquals(error.code, isUnknown ? "authority_unknown" : "source_unavailable");
  assertEquals([error.exitStatus, error.hints.length], [69, 1]);
  return error;
}

/** A TLS server with this certificate. */
function tlsServer(pair: Pair): Deno.HttpServer<Deno.NetAddr> {
  const options = { ...pair, hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return Deno.serve(options, () => new Response("hello"));
}

/** A port of 127.0.0.1 where nobody listens. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("connectionFailure: the connection is refused", async () => {
  const port = closedPort();
  const error = await failureAt(`http://127.0.0.1:${port}/v3/auth/tokens?secret=1`);
  assertEquals(
    error.message,
    `Cannot GET 'http://127.0.0.1:${port}/v3/auth/tokens': connection refused`,
  );
  assertEquals(isWorthRetrying(error), true);
});

Deno.test("connectionFailure: the name does not resolve", async () => {
  const error = await failureAt(`http://${UNRESOLVABLE}:9292/`);
  assertStringIncludes(error.message, "the host name cannot be resolved");
  assertEquals([isWorthRetrying(error), isWorthAsking(error)], [false, true]);
});

Deno.test("connectionFailure: the server hangs up", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const hungUp = listener.accept().then(async (conn) => {
    await conn.read(new Uint8Array(1024));
    conn.close();
  });
  const error = await failureAt(`http://127.0.0.1:${listener.addr.port}/`);
  assertStringIncludes(error.message, "the connection was closed before the answer");
  await hungUp;
});

// denoland/deno#25992: hyper's "error reading a body from connection".
Deno.test("connectionFailure: the answer breaks off", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sent = listener.accept().then(async (conn) => {
    await conn.read(new Uint8Array(1024));
    await conn.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"));
    conn.close();
  });
  using transport = openTransport(world(), { peer: "Test", tls: {} });
  const options = { signal: new AbortController().signal, timeoutMs: 30_000, action: "GET" };
  const url = `http://127.0.0.1:${listener.addr.port}/`;
  const response = await transport.request("GET", url, options);
  const read = () => readText(response, new FakeClock(), options);
  const error = await assertRejects(read, ToolError, "Cannot GET: the answer ended early");
  assertEquals([error.hints.length, isWorthRetrying(error)], [1, true]);
  await sent;
});

const TLS_CASES: readonly (readonly [string, Pair, string, string])[] = [
  ["an unknown authority", SERVER, SELF_SIGNED.cert, "signed by an unknown authority"],
  ["another name", OTHER_NAME, AUTHORITY, "the server's certificate is for another name"],
  ["an expired certificate", EXPIRED, AUTHORITY, "the server's certificate has expired"],
];

for (const [name, pair, ca, words] of TLS_CASES) {
  Deno.test(`connectionFailure: ${name}`, async () => {
    await using server = tlsServer(pair);
    const error = await failureAt(`https://127.0.0.1:${server.addr.port}/`, ca);
    assertStringIncludes(error.message, words);
    assertEquals([isWorthRetrying(error), isWorthAsking(error)], [false, true]);
  });
}

Deno.test("connectionFailure: https to a server that speaks http", async () => {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  await using server = Deno.serve(options, () => new Response("hello"));
  const error = await failureAt(`https://127.0.0.1:${server.addr.port}/`);
  assertStringIncludes(error.message, "the server does not speak TLS");
});

Deno.test("connectionFailure never repeats the URL of Deno's own message", () => {
  const text = "error sending request for url (http://u:geheim@h/?token=geheim): something new";
  const error = connectionFailure("GET 'http://h/'", new TypeError(text));
  assertEquals(error.message, "Cannot GET 'http://h/': something new");
  const bare = connectionFailure("GET 'http://h/'", new TypeError("http://u:geheim@h/"));
  assertEquals(bare.message, "Cannot GET 'http://h/': the request failed");
});

Deno.test("labelOf leaves out user, password, query and fragment", () => {
  assertEquals(labelOf("https://u:p@h:9292/v2/images?name=x#y"), "https://h:9292/v2/images");
});

const CODES: readonly (readonly [number, string])[] = [
  [400, "source_unavailable"],
  [401, "unauthorized"],
  [403, "permission_denied"],
  [404, "not_found"],
  [405, "source_unavailable"],
  [408, "temporary"],
  [425, "temporary"],
  [429, "temporary"],
  [500, "temporary"],
  [501, "source_unavailable"],
  [502, "temporary"],
  [503, "temporary"],
  [504, "temporary"],
  [505, "source_unavailable"],
];

for (const [status, code] of CODES) {
  Deno.test(`answerFailure: ${status} is ${code}`, () => {
    const error = answerFailure(new Response(null, { status }), "GET 'x'", "", 0);
    assertEquals([error.code, error.hints.length], [code, 1]);
    assertEquals(error.message, `Cannot GET 'x': the answer is ${status}`);
  });
}

Deno.test("answerFailure reports what the server says and under which id it logged it", () => {
  const response = new Response(null, {
    status: 503,
    headers: { "x-openstack-request-id": "req-0", "retry-after": "17" },
  });
  const error = answerFailure(response, "GET 'x'", "Back\n\tsoon", 0);
  assertEquals(error.message, "Cannot GET 'x': the answer is 503, saying 'Back soon' (req-0)");
  assertEquals(error.retryAfter, 17);
});

Deno.test("answerFailure reads Retry-After as a date, and ignores what it cannot read", () => {
  const after = (value: string) => {
    const response = new Response(null, { status: 429, headers: { "retry-after": value } });
    return answerFailure(response, "x", "", Date.UTC(2026, 0, 1, 0, 0, 0)).retryAfter;
  };
  assertEquals(after("Thu, 01 Jan 2026 00:00:30 GMT"), 30);
  assertEquals(after("Wed, 31 Dec 2025 00:00:00 GMT"), 0);
  assertEquals(after("soon"), undefined);
});

Deno.test("answerFailure shows neither control characters, nor a forged request id, nor a long text", () => {
  const response = new Response(null, {
    status: 400,
    headers: { "x-openstack-request-id": "req-1) forged" },
  });
  const detail = `\u001b[31m${"a".repeat(5000)}`;
  const { message } = answerFailure(response, "x", detail, 0);
  assertMatch(message, /^[^\p{Cc}]{1,300}$/u);
  assertEquals(message.includes("forged"), false);
});
