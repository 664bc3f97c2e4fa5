/**
 * Decodes bodies that a proxy compressed. Requests ask for `identity`, but some proxies compress anyway,
 * and the clients that nova uses decode such bodies. `fetch` of Deno 2.5 decodes them and removes the
 * header field; `fetch` of Deno 2.9 does neither if the request sets `accept-encoding`.
 *
 * @module
 */
import { fieldOf } from "@/openstack/http/fields.ts";
import type { Transport } from "@/openstack/http/transport.ts";

/** Both names of the coding (RFC 9110 §8.4.1.3). */
const GZIP = /^(?:x-)?gzip$/i;

/** Wraps a transport so that gzip bodies are decoded as they are read. */
export function withDecoding(transport: Transport): Transport {
  return {
    request: async (method, url, options) => decoded(await transport.request(method, url, options)),
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

function decoded(response: Response): Response {
  const { body, headers, status } = response;
  const isCoded = GZIP.test(fieldOf(headers, "content-encoding") ?? "");
  // Some middleboxes announce gzip for an empty body (denoland/deno#29281).
  if (!isCoded || body === null || fieldOf(headers, "content-length") === "0") return response;
  const plain = new Headers(headers);
  // Both describe the compressed body.
  plain.delete("content-encoding");
  plain.delete("content-length");
  return new Response(body.pipeThrough(new DecompressionStream("gzip")), {
    status,
    headers: plain,
  });
}
