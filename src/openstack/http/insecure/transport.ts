/**
 * HTTPS without the runtime's check of the server's certificate: for `insecure`, and used by
 * `pinned.ts`. Plain HTTP uses the usual transport.
 *
 * @module
 */
import type { Address, ByteChannel, PeerCertificate, TlsIdentity } from "@/connection.ts";
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { addressOf, dial, type DialContext } from "@/openstack/http/dial.ts";
import { connectionFailure, labelOf } from "@/openstack/http/failure.ts";
import { readAnswer } from "@/openstack/http/http1.ts";
import type { TlsSettings } from "@/openstack/http/tls_settings.ts";
import {
  bodyOf,
  headersOf,
  type Method,
  type RequestOptions,
  type Transport,
} from "@/openstack/http/transport.ts";

/** The parts of the context that it uses. */
export type UnverifiedContext = DialContext & Pick<Context, "connectUnverified">;

/** The client certificate, and the names of the settings. */
export interface UnverifiedTls extends TlsSettings {
  /** Certificate and key to present. */
  readonly identity: TlsIdentity | undefined;
}

/** Checks the certificate before anything is sent; an error it throws ends the request. */
export type Judge = (certificate: PeerCertificate, url: URL) => void;

/** Sends HTTPS requests without verifying the server's certificate. */
export class UnverifiedTransport implements Transport {
  readonly #plain: Transport;
  readonly #context: UnverifiedContext;
  readonly #tls: UnverifiedTls;
  readonly #judge: Judge | undefined;

  /**
   * Wraps the transport for plain HTTP.
   *
   * @param judge Without one, every certificate is accepted.
   */
  constructor(
    plain: Transport,
    context: UnverifiedContext,
    tls: UnverifiedTls,
    judge?: Judge,
  ) {
    this.#plain = plain;
    this.#context = context;
    this.#tls = tls;
    this.#judge = judge;
  }

  /** See {@linkcode Transport.request}. */
  async request(
    method: Method,
    url: string,
    options: RequestOptions,
  ): Promise<Response> {
    if (!url.startsWith("https:")) return await this.#plain.request(method, url, options);
    const action = `${method} '${labelOf(url)}'`;
    const { signal, timeoutMs } = options;
    return await withDeadline(
      this.#context.clock,
      { action, signal, timeoutMs },
      (bounded) => this.#send(method, new URL(url), options, bounded, action),
    );
  }

  /** Closes the transport for plain HTTP. */
  [Symbol.dispose](): void {
    this.#plain[Symbol.dispose]();
  }

  async #send(
    method: Method,
    url: URL,
    options: RequestOptions,
    signal: AbortSignal,
    action: string,
  ): Promise<Response> {
    try {
      const channel = await dial(this.#context, addressOf(url), signal, this.#connectTo(url));
      const request = requestText(method, url, options);
      const judge = this.#judge === undefined ? undefined : async () => {
        this.#judge?.(await channel.certificate(), url);
      };
      const response = await exchange(channel, request, signal, judge);
      signal.throwIfAborted();
      return response;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof ToolError) throw error;
      throw connectionFailure(action, error, this.#tls);
    }
  }

  #connectTo(url: URL) {
    const { identity } = this.#tls;
    return (address: Address, signal: AbortSignal) =>
      this.#context.connectUnverified(url, { address, identity, signal });
  }
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
    return await readAnswer({ read, [Symbol.dispose]: close });
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
