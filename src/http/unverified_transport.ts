/**
 * The transport for `insecure`: HTTPS to whoever answers. Plain HTTP goes the usual way.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { withDeadline } from "@/http/deadline.ts";
import { connectionFailure, labelOf } from "@/http/failure.ts";
import { readAnswer } from "@/http/http1.ts";
import type { TlsMaterial } from "@/http/tls.ts";
import {
  headersOf,
  refuseRedirect,
  type RequestOptions,
  type Transport,
} from "@/http/transport.ts";
import { connectUnverified } from "@/http/unverified_socket.ts";

/** Sends HTTPS requests without checking the server's certificate. */
export class UnverifiedTransport implements Transport {
  readonly #plain: Transport;
  readonly #clock: Clock;
  readonly #identity: TlsMaterial["identity"];

  /** Takes over the transport for plain HTTP. */
  constructor(plain: Transport, clock: Clock, identity: TlsMaterial["identity"]) {
    this.#plain = plain;
    this.#clock = clock;
    this.#identity = identity;
  }

  /** See {@linkcode Transport.request}. */
  async request(
    method: "GET" | "POST",
    url: string,
    options: RequestOptions,
  ): Promise<Response> {
    if (!url.startsWith("https:")) return await this.#plain.request(method, url, options);
    const action = `${method} '${labelOf(url)}'`;
    const { signal, timeoutMs } = options;
    const response = await withDeadline(
      this.#clock,
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
    method: string,
    url: URL,
    options: RequestOptions,
    signal: AbortSignal,
    action: string,
  ): Promise<Response> {
    try {
      signal.throwIfAborted();
      const channel = await connectUnverified(url, this.#identity);
      signal.addEventListener("abort", () => channel[Symbol.dispose](), { once: true });
      channel.write(requestText(method, url, options));
      const response = await readAnswer(channel);
      signal.throwIfAborted();
      return response;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw connectionFailure(action, error);
    }
  }
}

function requestText(method: string, url: URL, options: RequestOptions): string {
  const body = options.json === undefined ? "" : JSON.stringify(options.json);
  const headers = new Headers({
    ...headersOf(options),
    host: url.host,
    ...(body === "" ? {} : { "content-length": String(new TextEncoder().encode(body).length) }),
  });
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url.pathname}${url.search} HTTP/1.1`, ...lines, "", body].join("\r\n");
}
