/**
 * The transport for `insecure`: HTTPS to whoever answers. Plain HTTP goes the usual way.
 *
 * @module
 */
import type { Address, ByteChannel, TlsIdentity } from "@/connection.ts";
import type { Context } from "@/context.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { addressOf, dial, type DialContext } from "@/openstack/http/dial.ts";
import { connectionFailure, labelOf } from "@/openstack/http/failure.ts";
import { readAnswer } from "@/openstack/http/http1.ts";
import {
  bodyOf,
  headersOf,
  type Method,
  refuseRedirect,
  type RequestOptions,
  type Transport,
} from "@/openstack/http/transport.ts";

/** The parts of the context that it uses. */
export type UnverifiedContext = DialContext & Pick<Context, "connectUnverified">;

/** Sends HTTPS requests without checking the server's certificate. */
export class UnverifiedTransport implements Transport {
  readonly #plain: Transport;
  readonly #context: UnverifiedContext;
  readonly #identity: TlsIdentity | undefined;

  /** Takes over the transport for plain HTTP. */
  constructor(plain: Transport, context: UnverifiedContext, identity: TlsIdentity | undefined) {
    this.#plain = plain;
    this.#context = context;
    this.#identity = identity;
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
    const response = await withDeadline(
      this.#context.clock,
      { action, signal, timeoutMs },
      (bounded) => this.#send(method, new URL(url), options, bounded, action),
    );
    return await refuseRedirect(response, action);
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
      const response = await exchange(channel, requestText(method, url, options), signal);
      signal.throwIfAborted();
      return response;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw connectionFailure(action, error);
    }
  }

  #connectTo(url: URL) {
    const identity = this.#identity;
    return (address: Address, signal: AbortSignal) =>
      this.#context.connectUnverified(url, { address, identity, signal });
  }
}

/** The signal ends the connection, and is what a reader of the body then gets. */
async function exchange(
  channel: ByteChannel,
  request: string,
  signal: AbortSignal,
): Promise<Response> {
  const close = () => channel[Symbol.dispose]();
  signal.addEventListener("abort", close, { once: true });
  const read = async () => {
    const bytes = await channel.read();
    signal.throwIfAborted();
    return bytes;
  };
  try {
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
