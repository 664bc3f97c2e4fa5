/**
 * Requests to a service of the cloud with one identity: authentication, a time limit for each
 * answer, and retries, on another server if there is one.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { failureOf, readJson, type ReadOptions, readText } from "@/openstack/http/answer.ts";
import { isWorthAsking, isWorthRetrying, labelOf } from "@/openstack/http/failure.ts";
import { withRetries } from "@/openstack/http/retry.ts";
import type {
  ChangeMethod,
  Method,
  RequestBody,
  RequestOptions,
  Transport,
} from "@/openstack/http/transport.ts";
import { type AuthSession, withProof } from "@/openstack/keystone/session.ts";

/** How patiently a service is asked. */
export interface ServiceLimits {
  /** Retries after the first try; changes and data are not retried. */
  readonly retries: number;
  /** Statuses to retry in addition to the usual ones. */
  readonly retriable?: readonly number[];
  /** Time limit for each answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Sent as `X-OpenStack-Request-ID`, so that the service's log refers to nova's. */
  readonly requestId?: string | undefined;
}

/** What requests to a service need. */
export interface ServiceParts extends ServiceLimits {
  /** Time, random numbers and log. */
  readonly context: Pick<Context, "clock" | "random" | "log">;
  /** How requests are sent. */
  readonly transport: Transport;
  /** The identity. */
  readonly session: AuthSession;
  /** Base URLs of the servers, one of which is in use. */
  readonly endpoints: { readonly all: readonly string[]; readonly current: string; next(): void };
}

/** Header fields of a request, and the size limit of its answer in bytes. */
export type Asking = { readonly headers?: RequestOptions["headers"]; readonly limit?: number };

/** The requests to one service. */
export class ServiceRequests {
  readonly #parts: ServiceParts;

  /** Sends requests with these parts. */
  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /**
   * The JSON at a path, retried on another server if that may help.
   *
   * @throws {ToolError} `not_found`; `unauthorized`; `permission_denied`; `temporary` and `timeout`
   * after the retries; `source_unavailable`.
   */
  async json(path: string, signal: AbortSignal, asking: Asking = {}): Promise<unknown> {
    return await this.#again(path, signal, asking, readJson);
  }

  /** The text at a path, retried like JSON. @throws {ToolError} As {@linkcode json}. */
  async text(path: string, signal: AbortSignal, asking: Asking = {}): Promise<string> {
    return await this.#again(path, signal, asking, readText);
  }

  /**
   * Makes a change, without retries: the first try may have succeeded unnoticed.
   *
   * @returns The answer's body.
   * @throws {ToolError} `permission_denied`, `not_found` and the like; `temporary` or `timeout`.
   */
  async change(
    method: ChangeMethod,
    path: string,
    body: RequestBody | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const response = await withProof(
      this.#parts.session,
      signal,
      (proof) => this.#send(method, path, { signal, headers: proof, ...body && { body } }),
    );
    const reading = this.#reading(method, path, signal);
    if (response.ok) return await readText(response, this.#parts.context.clock, reading);
    throw await this.#failure(response, reading);
  }

  async #again<T>(
    path: string,
    signal: AbortSignal,
    { headers, limit }: Asking,
    read: (response: Response, clock: Context["clock"], options: ReadOptions) => Promise<T>,
  ): Promise<T> {
    const { context, endpoints, retries } = this.#parts;
    const again = endpoints.all.length > 1 ? isWorthAsking : isWorthRetrying;
    const onRetry = () => endpoints.next();
    return await withRetries({ context, retries, signal, again, onRetry }, async () => {
      const reading = this.#reading("GET", path, signal);
      const response = await this.get(path, signal, headers);
      // As keystoneauth: 203 is a 200 that a proxy changed, and what is read here is checked.
      if (!response.ok) throw await this.#failure(response, reading);
      return await read(
        response,
        context.clock,
        limit === undefined ? reading : { ...reading, limit },
      );
    });
  }

  async #failure(response: Response, reading: ReadOptions): Promise<ToolError> {
    const { context: { clock }, session } = this.#parts;
    const error = await failureOf(response, clock, reading, session.secrets());
    if (response.status === 401) return unauthorized(error, session.origin);
    const isWorthIt = this.#parts.retriable?.includes(response.status) ?? false;
    return isWorthIt && !error.retryable ? temporary(error) : error;
  }

  /**
   * One answer, whatever its status. If the token is refused, a new one is requested once.
   *
   * @throws {ToolError} `source_unavailable` or `timeout`, if there is no answer.
   */
  async get(
    path: string,
    signal: AbortSignal,
    headers: RequestOptions["headers"] = {},
  ): Promise<Response> {
    return await withProof(
      this.#parts.session,
      signal,
      (proof) => this.#send("GET", path, { signal, headers: { ...proof, ...headers } }),
    );
  }

  async #send(
    method: Method,
    path: string,
    options: Omit<RequestOptions, "timeoutMs">,
  ): Promise<Response> {
    const { endpoints, requestId, timeoutMs, transport } = this.#parts;
    return await transport.request(method, `${endpoints.current}${path}`, {
      ...options,
      headers: {
        ...(requestId === undefined ? {} : { "x-openstack-request-id": requestId }),
        ...options.headers,
      },
      timeoutMs,
    });
  }

  #reading(method: Method, path: string, signal: AbortSignal): ReadOptions {
    const { endpoints, timeoutMs } = this.#parts;
    return { action: `${method} '${labelOf(`${endpoints.current}${path}`)}'`, signal, timeoutMs };
  }
}

/** Applies `[glance]retriable_status_codes` to a status that is otherwise final. */
function temporary({ hints, message }: ToolError): ToolError {
  return new ToolError("temporary", message, { hints });
}

function unauthorized(error: ToolError, origin: string): ToolError {
  const hints = [`check the credentials (${origin}): openstack token issue`];
  return new ToolError(error.code, error.message, { hints });
}
