/**
 * HTTPS without the runtime's check of the server's certificate: for `insecure`, and used by
 * `pinned.ts`. Plain HTTP uses the usual transport.
 *
 * @module
 */
import type { Address, ByteChannel, PeerCertificate, TlsIdentity } from "@/connection.ts";
import type { Context } from "@/context.ts";
import { addressOf, dial, type DialContext } from "@/openstack/http/dial.ts";
import { labelOf } from "@/openstack/http/failure.ts";
import { readAnswer } from "@/openstack/http/http1.ts";
import type { TlsSettings } from "@/openstack/http/tls_settings.ts";
import {
  bodyOf,
  headersOf,
  type RequestOptions,
  sendWithin,
  type Transport,
} from "@/openstack/http/transport.ts";

/** The parts of the context that it uses. */
export type UnverifiedContext = DialContext & Pick<Context, "connectUnverified">;

/** The names of the settings, and the certificate and key to present. */
export type UnverifiedTls = TlsSettings & { readonly identity: TlsIdentity | undefined };

/** Checks the certificate before anything is sent; an error it throws ends the request. */
export type Judge = (certificate: PeerCertificate, url: URL) => void;

/**
 * Sends HTTPS requests without verifying the server's certificate.
 *
 * @param plain The transport for plain HTTP; it is closed with this one.
 * @param judge Without one, every certificate is accepted.
 */
export function unverifiedTransport(
  plain: Transport,
  context: UnverifiedContext,
  tls: UnverifiedTls,
  judge?: Judge,
): Transport {
  return {
    request: async (method, url, options) => {
      if (!url.startsWith("https:")) return await plain.request(method, url, options);
      const attempt = { action: `${method} '${labelOf(url)}'`, tls };
      return await sendWithin(context.clock, attempt, options, async (signal) => {
        const at = new URL(url);
        const connect = (address: Address, ending: AbortSignal) =>
          context.connectUnverified(at, { address, identity: tls.identity, signal: ending });
        const channel = await dial(context, addressOf(at), signal, connect);
        const check = async () => judge?.(await channel.certificate(), at);
        const request = requestText(method, at, options);
        return await exchange(channel, request, signal, judge && check);
      });
    },
    [Symbol.dispose]: () => plain[Symbol.dispose](),
  };
}

/** The signal ends the connection; a reader of the body then gets its reason. */
async function exchange(
  channel: ByteChannel,
  request: string,
  signal: AbortSignal,
  judge: (() => Promise<void>) | undefined,
): Promise<Response> {
  const close = () => channel[Symbol.dispose]();
  signal.addEventListener("abort", close, { once: true });
  const read = async () => {
    const bytes = await channel.read();
    signal.throwIfAborted();
    return bytes;
  };
  try {
    await judge?.();
    channel.write(request);
    const response = await readAnswer({ read, [Symbol.dispose]: close });
    signal.throwIfAborted();
    return response;
  } catch (error) {
    close();
    throw error;
  }
}

function requestText(method: string, url: URL, options: RequestOptions): string {
  const body = bodyOf(options)?.text ?? "";
  const headers = new Headers({
    ...headersOf(options),
    host: url.host,
    ...(body === "" ? {} : { "content-length": String(new TextEncoder().encode(body).length) }),
  });
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url.pathname}${url.search} HTTP/1.1`, ...lines, "", body].join("\r\n");
}
