/**
 * The clock is compared with a service that sends the time: Glance under uWSGI sends none.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { planTransport } from "@/openstack/http/open.ts";
import { openSession } from "@/openstack/keystone/open_session.ts";
import { SELF_SIGNED } from "../../../doubles/certificates.ts";
import { configOf, world } from "../../../doubles/world.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { report } from "../host.ts";

const NEVER = new AbortController().signal;
const NOON = Date.UTC(2026, 10, 29, 12);
const DATE = "Date: Sun, 29 Nov 2026 12:00:00 GMT\r\n";

/** A server that answers with these header fields and nothing else: `Deno.serve` adds a `Date`. */
function service(fields: string): AsyncDisposable & { readonly url: string } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of listener) {
      const asked = new Uint8Array(1 << 14);
      // Whoever only looks whether somebody listens asks nothing.
      if (await conn.read(asked) !== null) {
        const answer = `HTTP/1.1 200 OK\r\n${fields}Content-Length: 0\r\nConnection: close\r\n\r\n`;
        await conn.write(new TextEncoder().encode(answer));
      }
      conn.close();
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await serving;
    },
  };
}

/** What `clock.skew` finds at a minute past noon. */
async function skew(glance: string, keystone?: string, flags: Record<string, string> = {}) {
  const transport = planTransport(world(), { peer: "Glance", tls: {} });
  const access = { endpoints: [glance], transport, timeoutMs: 30_000 };
  const os: Record<string, string> = keystone === undefined
    ? {}
    : { OS_TOKEN: "t", OS_AUTH_URL: keystone, ...flags };
  using session = await openSession(world(), { config: configOf(""), os }, NEVER);
  const clock = new FakeClock({ now: NOON + 60_000 });
  return await report("clock.skew", { services: { access }, session, clock });
}

Deno.test("clock.skew uses Glance's time if its answer has one", async () => {
  await using glance = service(DATE + DATE);
  const { status, summary } = await skew(glance.url);
  assertEquals([status, summary], ["warning", "This clock is 60 s ahead of Glance's"]);
});

Deno.test("clock.skew uses Keystone's time if Glance's answer has none", async () => {
  await using glance = service("");
  await using keystone = service(DATE);
  const { status, summary } = await skew(glance.url, keystone.url);
  assertEquals([status, summary], ["warning", "This clock is 60 s ahead of Keystone's"]);
});

Deno.test("clock.skew asks Keystone with the flags for TLS", async () => {
  await using glance = service("");
  const options = { ...SELF_SIGNED, hostname: "127.0.0.1", port: 0, onListen: () => {} };
  await using keystone = Deno.serve(options, () => {
    return new Response(null, { headers: { date: "Sun, 29 Nov 2026 12:00:00 GMT" } });
  });
  const url = `https://localhost:${keystone.addr.port}/v3`;
  const { status, summary } = await skew(glance.url, url, { OS_INSECURE: "true" });
  assertEquals([status, summary], ["warning", "This clock is 60 s ahead of Keystone's"]);
  assertEquals((await skew(glance.url, url)).status, "skipped", "see keystone.auth");
});

Deno.test("clock.skew is skipped where nobody tells the time", async () => {
  await using silent = service("");
  for (const keystone of [undefined, silent.url]) {
    const { status, summary } = await skew(silent.url, keystone);
    assertEquals(status, "skipped");
    assertStringIncludes(summary, "has a Date");
  }
});
