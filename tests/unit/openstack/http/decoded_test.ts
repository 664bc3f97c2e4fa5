/**
 * Answers that a proxy compressed although the request did not allow it, as in
 * gophercloud/gophercloud#404 for a Keystone: the same on every transport and runtime.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { assertEquals, assertRejects } from "@std/assert";
import { noise } from "@lab/embedded/content.ts";
import { failureOf } from "@/openstack/http/answer.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { type Pair, SELF_SIGNED } from "../../../doubles/certificates.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { world } from "../../../doubles/world.ts";

const GENTLY = { signal: new AbortController().signal, timeoutMs: 30_000 };
const BODY = noise(3 << 20);
const CODED = new Uint8Array(gzipSync(BODY));

/** The ways to a service: the runtime's `fetch`, and the own reader of HTTP. */
const WAYS: Readonly<Record<string, { readonly pair: Partial<Pair>; readonly insecure: boolean }>> =
  {
    "fetch": { pair: {}, insecure: false },
    "insecure": { pair: SELF_SIGNED, insecure: true },
  };

function serve(pair: Partial<Pair>, answer: () => Response): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ ...pair, hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
}

function coded(coding: string, body: Uint8Array<ArrayBuffer>): Response {
  const headers = { "content-encoding": coding, "content-length": `${body.length}` };
  return new Response(body, { headers });
}

async function get<T>(
  way: string,
  answer: () => Response,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { insecure = false, pair = {} } = WAYS[way] ?? {};
  await using server = serve(pair, answer);
  using transport = openTransport(world(), { peer: "Glance", tls: { insecure } });
  const scheme = insecure ? "https" : "http";
  const url = `${scheme}://127.0.0.1:${server.addr.port}/`;
  return await read(await transport.request("GET", url, GENTLY));
}

const bytesOf = (response: Response) => response.bytes();

for (const way of Object.keys(WAYS)) {
  for (const coding of ["gzip", "x-gzip", "GZIP"]) {
    Deno.test(`a body in ${coding} is decoded: ${way}`, async () => {
      await get(way, () => coded(coding, CODED), async (response) => {
        const { headers, status } = response;
        assertEquals([status, headers.get("content-encoding")], [200, null]);
        assertEquals(headers.get("content-length"), null);
        assertEquals(await response.bytes(), BODY);
      });
    });
  }

  // denoland/deno#29281: a middlebox says gzip of an error without a body.
  Deno.test(`an empty body says nothing, whatever its coding: ${way}`, async () => {
    const headers = { "content-encoding": "gzip", "content-length": "0" };
    const error = await get(
      way,
      () => new Response(null, { status: 503, headers }),
      (response) => failureOf(response, new FakeClock(), { action: "GET", ...GENTLY }),
    );
    assertEquals([error.code, error.message], ["temporary", "Cannot GET: the answer is 503"]);
  });

  Deno.test(`a body without a coding is unchanged, even if it is a gzip: ${way}`, async () => {
    assertEquals(await get(way, () => new Response(CODED), bytesOf), CODED);
  });

  Deno.test(`a coded body that is cut fails: ${way}`, async () => {
    const cut = CODED.slice(0, 1 << 20);
    await assertRejects(() => get(way, () => coded("gzip", cut), bytesOf), TypeError);
  });
}
