/**
 * HTTP for the OpenStack clients of this program: one connection for each request, redirects in
 * `redirects.ts`, and a time limit for each wait.
 *
 * @module
 */
import type { Clock, Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
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
  /**
   * Whether the URL is from a redirect, so that its query may be a key.
   *
   * @default {false}
   */
  readonly isRedirected?: boolean;
}

/** A body that fits in memory: its media type, and its text, sent as UTF-8. */
export type RequestBody = { readonly type: string; readonly text: string };

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

/** Who a connection is made for: the request in messages, and the TLS settings for hints. */
export type Attempt = { readonly action: string; readonly tls: TlsSettings };

/**
 * Sends a request within its time limit.
 *
 * @throws {ToolError} `timeout`; the error of `send`, which for other errors is a failed connection.
 */
export async function sendWithin(
  clock: Clock,
  { action, tls }: Attempt,
  { signal, timeoutMs }: RequestOptions,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  return await withDeadline(clock, { action, signal, timeoutMs }, async (bounded) => {
    try {
      return await send(bounded);
    } catch (error) {
      bounded.throwIfAborted();
      throw error instanceof ToolError ? error : connectionFailure(action, error, tls);
    }
  });
}

/** A transport over `fetch`; disposing it closes the client. @param tls The settings for hints. */
export function fetchTransport(
  context: Pick<Context, "fetch" | "clock">,
  client: Deno.HttpClient,
  tls: TlsSettings = {},
  proxy?: string,
): Transport {
  const via = proxy === undefined ? "" : ` through proxy '${shownUrl(proxy)}'`;
  return {
    request: async (method, url, options) => {
      const attempt = { action: `${method} '${labelOf(url)}'${via}`, tls };
      const headers = headersOf(options);
      const body = bodyOf(options)?.text ?? null;
      return await sendWithin(
        context.clock,
        attempt,
        options,
        (signal) =>
          context.fetch(url, { method, headers, redirect: "manual", signal, client, body }),
      );
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/** The body of a request. */
export function bodyOf({ body, json }: RequestOptions): RequestBody | undefined {
  return json === undefined ? body : { type: "application/json", text: JSON.stringify(json) };
}

/** One connection for each request: a kept one holds the image open (nova bug 1948706). */
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
