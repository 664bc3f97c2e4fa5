/**
 * A server's own certificate in the `cafile`: trusted as OpenSSL trusts it, if the runtime proves
 * that the server has the key; else the message says what is wrong with the certificate.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { isFor } from "@/openstack/http/host_name.ts";
import { openPlanned, openTransport, planTransport } from "@/openstack/http/open.ts";
import { readPeerCertificate } from "@/system/peer_certificate.ts";
import { PROVES_KEYS } from "@/system/unverified_socket.ts";
import {
  AUTHORITY,
  COMMON_NAME,
  EXPIRED,
  OTHER_NAME,
  type Pair,
  SELF_SIGNED,
  SERVER,
} from "../../../../doubles/certificates.ts";
import { impostor } from "../../../../doubles/impostor.ts";
import { world } from "../../../../doubles/world.ts";

const NEVER = new AbortController().signal;
const GENTLY = { signal: NEVER, timeoutMs: 30_000 };

function serve(pair: Pair): Deno.HttpServer<Deno.NetAddr> {
  const options = { ...pair, hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return Deno.serve(options, async (request) => new Response(`got ${await request.text()}`));
}

/** What a POST is answered by a server with a certificate, to a client that has this `cafile`. */
async function ask(pair: Pair, cafile: string, host = "localhost"): Promise<string> {
  await using server = serve(pair);
  const context = world({ files: { "/ca.pem": cafile } });
  using transport = openTransport(context, { peer: "Test", tls: { cafile: "/ca.pem" } });
  const url = `https://${host}:${server.addr.port}/`;
  return await (await transport.request("POST", url, { json: 1, ...GENTLY })).text();
}

for (
  const [name, pair, problem] of [
    ["a self-signed certificate with CA:TRUE", SELF_SIGNED, "an authority's certificate (CA:TRUE)"],
    ["a certificate without a subjectAltName", COMMON_NAME, "has no name (subjectAltName)"],
  ] as const
) {
  Deno.test(`pinned: ${name} is accepted if the key is proven, otherwise explained`, async () => {
    if (PROVES_KEYS) {
      assertEquals(await ask(pair, pair.cert), "got 1");
      assertEquals(await ask(pair, AUTHORITY + pair.cert), "got 1");
    } else {
      const error = await assertRejects(() => ask(pair, pair.cert), ToolError, problem);
      assertStringIncludes(error.hints[0] ?? "", "openssl req -x509");
    }
  });

  Deno.test(`pinned: ${name} that is not the pinned one is refused`, async () => {
    await assertRejects(() => ask(pair, AUTHORITY), ToolError, "Cannot POST 'https://localhost");
  });
}

Deno.test("pinned: a certificate of a known authority is verified as usual", async () => {
  assertEquals(await ask(SERVER, AUTHORITY), "got 1");
});

Deno.test("pinned: name and time still count", async () => {
  for (const pair of [OTHER_NAME, EXPIRED]) {
    await assertRejects(() => ask(pair, pair.cert), ToolError, "certificate");
  }
  if (!PROVES_KEYS) return;
  const wrong = "it is pinned, but for 'localhost'";
  await assertRejects(() => ask(COMMON_NAME, COMMON_NAME.cert, "127.0.0.1"), ToolError, wrong);
});

Deno.test("the runtime proves a server's key where PROVES_KEYS says so: a copied certificate is refused", async () => {
  using server = impostor(SELF_SIGNED.cert);
  using channel = await world().connectUnverified(new URL("https://localhost/"), {
    address: { hostname: "127.0.0.1", port: server.port },
    identity: undefined,
    signal: NEVER,
  });
  assertEquals(await server.reaction, PROVES_KEYS ? "refused" : "believed");
  await assertRejects(() => channel.certificate(), Error);
  // Deno 2.5 closes what it has half opened when the server has gone.
  await channel.read().catch(() => {});
});

Deno.test("pinned: a copied certificate is accepted on no runtime", async () => {
  const context = world({ files: { "/ca.pem": SELF_SIGNED.cert } });
  using server = impostor(SELF_SIGNED.cert);
  const plan = planTransport(context, { peer: "Test", tls: { cafile: "/ca.pem" } });
  const url = `https://localhost:${server.port}`;
  plan.pinned.add(url);
  using transport = openPlanned(context, plan);
  await assertRejects(() => transport.request("GET", `${url}/`, GENTLY), ToolError);
});

Deno.test("isFor compares names and addresses as certificates have them", () => {
  assertEquals(isFor(["Glance.example.org."], "glance.EXAMPLE.org"), true);
  assertEquals(isFor(["*.example.org"], "glance.example.org"), true);
  for (const host of ["example.org", "a.b.example.org", "glanceexample.org", "1.2.3.4"]) {
    assertEquals(isFor(["*.example.org", "*.2.3.4", "*"], host), false, host);
  }
  assertEquals(isFor(["0:0:0:0:0:0:0:1"], "[::1]"), true);
  assertEquals(isFor(["192.0.2.1"], "192.0.2.10"), false);
  assertEquals(isFor([], "glance"), false);
});

Deno.test("readPeerCertificate reads what Deno 2.5 and 2.9 write", () => {
  const raw = new Uint8Array([1]);
  const dates = { valid_from: "Nov 29 18:24:32 2026 GMT", valid_to: "Dec  8 18:24:32 2026 +00:00" };
  const names = (subjectaltname?: string) =>
    readPeerCertificate({ raw, subject: { CN: "cn" }, subjectaltname, ...dates }).names;
  assertEquals(names("DNS:a, IP Address:192.0.2.1"), ["a", "192.0.2.1"]);
  assertEquals(names("IP Address:C0000201, DNS:a"), ["192.0.2.1", "a"]);
  assertEquals(names(`IP Address:${"0".repeat(31)}1, URI:x`), [
    "0000:0000:0000:0000:0000:0000:0000:0001",
  ]);
  assertEquals(names(""), ["cn"]);
  assertEquals(names(), ["cn"]);
  const { validFrom, validUntil } = readPeerCertificate({ raw, ...dates });
  assertEquals(validUntil - validFrom, 9 * 24 * 3600 * 1000);
});
