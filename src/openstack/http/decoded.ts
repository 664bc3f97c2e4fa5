/**
 * Bodies that somebody compressed on the way. `identity` is asked for, but a proxy may compress all the
 * same, and the clients that nova uses would not notice: they decode. The runtimes differ: `fetch` of
 * Deno 2.5 decodes and removes the field, that of 2.9 does neither where `accept-encoding` is set.
 *
 * @module
 */
import { fieldOf } from "@/openstack/http/fields.ts";
import type { Transport } from "@/openstack/http/transport.ts";

/** Both names of the coding (RFC 9110 §8.4.1.3). */
const GZIP = /^(?:x-)?gzip$/i;

/** Wraps a transport so that bodies in gzip are decoded as they are read. */
export function withDecoding(transport: Transport): Transport {
  return {
    request: async (method, url, options) => decoded(await transport.request(method, url, options)),
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

function decoded(response: Response): Response {
  const { body, headers, status } = response;
  const isCoded = GZIP.test(fieldOf(headers, "content-encoding") ?? "");
  // An empty body is no gzip, whatever its header says (denoland/deno#29281).
  if (!isCoded || body === null || fieldOf(headers, "content-length") === "0") return response;
  const plain = new Headers(headers);
  // Both describe the coded body.
  plain.delete("content-encoding");
  plain.delete("content-length");
  return new Response(body.pipeThrough(new DecompressionStream("gzip")), {
    status,
    headers: plain,
  });
}
