/**
 * Requests to Glance with one identity: authentication, a time limit for each answer, and for
 * metadata retries on another server.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord, Location } from "@/openstack/glance/image.ts";
import type { Endpoints } from "@/openstack/glance/endpoint.ts";
import { failureOf, readJson, type ReadOptions, readText } from "@/openstack/http/answer.ts";
import { isWorthAsking, isWorthRetrying, labelOf } from "@/openstack/http/failure.ts";
import { retryNotice, withRetries } from "@/openstack/http/retry.ts";
import type {
  ChangeMethod,
  Method,
  RequestBody,
  RequestOptions,
  Transport,
} from "@/openstack/http/transport.ts";
import { type AuthSession, withProof } from "@/openstack/keystone/session.ts";

/** Finds the locations of an image. */
export interface LocationFinder {
  /** The locations; none if they cannot be read. */
  find(record: ImageRecord, signal: AbortSignal): Promise<readonly Location[]>;
}

/** The parts of a client. */
export interface GlanceParts {
  /** Time, random numbers and log. */
  readonly context: Pick<Context, "clock" | "random" | "log">;
  /** How requests are sent. */
  readonly transport: Transport;
  /** Who asks. */
  readonly session: AuthSession;
  /** Whom. */
  readonly endpoints: Endpoints;
  /** Retries after the first try, for metadata. */
  readonly retries: number;
  /** Statuses to retry in addition to the usual ones. */
  readonly retriable?: readonly number[];
  /** Time limit for each answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Finds locations that these credentials cannot read; absent if they are not needed. */
  readonly locator?: LocationFinder | undefined;
  /** Sent as `X-OpenStack-Request-ID`, so that Glance's log refers to nova's. */
  readonly requestId?: string | undefined;
}

/** The requests of a client. */
export class GlanceRequests {
  readonly #parts: GlanceParts;

  /** Sends requests with these parts. */
  constructor(parts: GlanceParts) {
    this.#parts = parts;
  }

  /**
   * The JSON at a path, retried on another server if that may help.
   *
   * @throws {ToolError} `not_found`; `unauthorized`; `permission_denied`; `temporary` and `timeout`
   * after `[glance]num_retries` retries; `source_unavailable`.
   */
  async json(path: string, signal: AbortSignal): Promise<unknown> {
    return await this.#again(signal, () => this.#once(path, readJson, signal));
  }

  /**
   * The text at a path, retried like JSON.
   *
   * @param limit Maximum bytes.
   * @throws {ToolError} As {@linkcode GlanceRequests.json}.
   */
  async text(path: string, limit: number, signal: AbortSignal): Promise<string> {
    return await this.#again(signal, () => this.#once(path, readText, signal, limit));
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

  async #again<T>(signal: AbortSignal, once: () => Promise<T>): Promise<T> {
    const { context, endpoints, retries } = this.#parts;
    const onRetry = (error: ToolError, waitMs: number) => {
      endpoints.next();
      context.log("setback", retryNotice(error, waitMs));
    };
    const again = endpoints.all.length > 1 ? isWorthAsking : isWorthRetrying;
    return await withRetries(
      { clock: context.clock, random: context.random, retries, signal, again, onRetry },
      once,
    );
  }

  async #once<T>(
    path: string,
    read: (response: Response, clock: Context["clock"], options: ReadOptions) => Promise<T>,
    signal: AbortSignal,
    limit?: number,
  ): Promise<T> {
    const reading = this.#reading("GET", path, signal);
    const response = await this.get(path, signal);
    if (response.status !== 200) throw await this.#failure(response, reading);
    const bound = limit === undefined ? reading : { ...reading, limit };
    return await read(response, this.#parts.context.clock, bound);
  }

  async #failure(response: Response, reading: ReadOptions): Promise<ToolError> {
    const { context: { clock }, session } = this.#parts;
    const secrets = Object.values(await session.headers(reading.signal));
    const error = await failureOf(response, clock, reading, secrets);
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
    headers: Readonly<Record<string, string>> = {},
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
