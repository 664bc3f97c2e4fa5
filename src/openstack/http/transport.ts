/**
 * HTTP for the OpenStack clients of this program: one connection for each request, redirects in
 * `redirects.ts`, and a time limit for each wait.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { connectionFailure, labelOf } from "@/openstack/http/failure.ts";
import { shownUrl } from "@/shown_url.ts";
import type { TlsSettings } from "@/openstack/http/tls_settings.ts";

/** The content of a request. */
export interface RequestOptions {
  /** Header fields; tokens are part of them and are hashed in the trace. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, sent as JSON. */
  readonly json?: unknown;
  /** The body, if it is not JSON. */
  readonly body?: RequestBody;
  /** Ends the request and the body of its answer. */
  readonly signal: AbortSignal;
  /** Time limit for the answer's header, in milliseconds. The caller limits the body. */
  readonly timeoutMs: number;
}

/** A body that fits in memory. */
export interface RequestBody {
  /** Its media type. */
  readonly type: string;
  /** Its text, sent as UTF-8. */
  readonly text: string;
}

/** Supported methods. */
export type Method = "GET" | "POST" | ChangeMethod;

/** Methods that make changes; `POST` does, too, except for a token. */
export type ChangeMethod = "POST" | "PUT" | "PATCH" | "DELETE";

/** Sends requests. */
export interface Transport extends Disposable {
  /**
   * Sends one request and returns the answer, whatever its status is.
   *
   * @throws {ToolError} `source_unavailable`, if there is no connection or the answer is a redirect
   * to another origin; `timeout`, if there is no answer in time.
   */
  request(method: Method, url: string, options: RequestOptions): Promise<Response>;
}

/** The parts of the context that a transport uses. */
export type TransportContext = Pick<Context, "fetch" | "clock">;

/** A transport over `fetch`. */
export class FetchTransport implements Transport {
  readonly #context: TransportContext;
  readonly #client: Deno.HttpClient;
  readonly #tls: TlsSettings;
  readonly #via: string;

  /** Wraps a client; disposing the transport closes it. @param tls The settings for hints. */
  constructor(
    context: TransportContext,
    client: Deno.HttpClient,
    tls: TlsSettings = {},
    proxy?: string,
  ) {
    this.#context = context;
    this.#client = client;
    this.#tls = tls;
    this.#via = proxy === undefined ? "" : ` through proxy '${shownUrl(proxy)}'`;
  }

  /** See {@linkcode Transport.request}. */
  async request(method: Method, url: string, options: RequestOptions): Promise<Response> {
    const action = `${method} '${labelOf(url)}'${this.#via}`;
    const { signal, timeoutMs } = options;
    return await withDeadline(
      this.#context.clock,
      { action, signal, timeoutMs },
      (bounded) => this.#send(method, url, options, bounded, action),
    );
  }

  async #send(
    method: Method,
    url: string,
    options: RequestOptions,
    signal: AbortSignal,
    action: string,
  ): Promise<Response> {
    try {
      return await this.#context.fetch(url, {
        method,
        headers: headersOf(options),
        redirect: "manual",
        signal,
        client: this.#client,
        body: bodyOf(options)?.text ?? null,
      });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw connectionFailure(action, error, this.#tls);
    }
  }

  /** Closes the remaining connections. */
  [Symbol.dispose](): void {
    this.#client.close();
  }
}

/** The body of a request. */
export function bodyOf({ body, json }: RequestOptions): RequestBody | undefined {
  return json === undefined ? body : { type: "application/json", text: JSON.stringify(json) };
}

/**
 * One connection for each request: a kept one would hold the image open in Glance (nova bug
 * 1948706).
 */
export function headersOf(options: RequestOptions): Record<string, string> {
  const body = bodyOf(options);
  return {
    "accept": "*/*",
    "accept-encoding": "identity",
    "connection": "close",
    "user-agent": "glance-direct",
    ...(body === undefined ? {} : { "content-type": body.type }),
    ...options.headers,
  };
}
