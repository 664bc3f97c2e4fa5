/**
 * The clock is compared with whatever service tells the time: Glance under uWSGI tells none.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { planTransport } from "@/openstack/http/open.ts";
import { world } from "../../../doubles/world.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { report } from "../host.ts";

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
async function skew(glance: string, keystone?: string) {
  const transport = planTransport(world(), { peer: "Glance", tls: {} });
  const access = { endpoints: [glance], transport, timeoutMs: 30_000 };
  const credentials = keystone === undefined
    ? { kind: "none", origin: "the test" }
    : { kind: "token", origin: "the test", token: "t", keystone };
  const session = { account: { credentials, tls: {} } };
  const clock = new FakeClock({ now: NOON + 60_000 });
  return await report("clock.skew", { services: { access }, session, clock });
}

Deno.test("clock.skew takes Glance's time where its answer has one", async () => {
  await using glance = service(DATE + DATE);
  const { status, summary } = await skew(glance.url);
  assertEquals([status, summary], ["warning", "This clock is 60 s ahead of Glance's"]);
});

Deno.test("clock.skew takes Keystone's time where Glance tells none", async () => {
  await using glance = service("");
  await using keystone = service(DATE);
  const { status, summary } = await skew(glance.url, keystone.url);
  assertEquals([status, summary], ["warning", "This clock is 60 s ahead of Keystone's"]);
});

Deno.test("clock.skew is skipped where nobody tells the time", async () => {
  await using silent = service("");
  for (const keystone of [undefined, silent.url]) {
    const { status, summary } = await skew(silent.url, keystone);
    assertEquals(status, "skipped");
    assertStringIncludes(summary, "has a Date");
  }
});
