/**
 * The part of Glance's Image API v2 that the program uses. Requests for metadata are tried again on
 * another server; data is handed out as it comes, for the caller to judge and to repeat.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { Endpoints } from "@/glance/endpoint.ts";
import {
  type ImageRecord,
  isImageId,
  type Location,
  parseImageRecord,
  parseLocations,
} from "@/glance/image.ts";
import { readPage } from "@/glance/page.ts";
import { failureOf, readJson, type ReadOptions } from "@/http/answer.ts";
import { isWorthAsking, isWorthRetrying, labelOf } from "@/http/failure.ts";
import { retryNotice, withRetries } from "@/http/retry.ts";
import type { Transport } from "@/http/transport.ts";
import { type AuthSession, withProof } from "@/keystone/session.ts";

/** What {@linkcode GlanceClient.data} takes beside the image. */
export interface DataOptions {
  /** First byte wanted; 0 asks for everything, without a `Range`. @default {0} */
  readonly offset?: number;
  /** Stores to read from, best first (`?prefer=`, Glance 33); older servers ignore it. */
  readonly prefer?: readonly string[];
  /** Ends the request and the body. */
  readonly signal: AbortSignal;
}

/** One Glance, spoken to with one identity. Disposing it closes what is left of its connections. */
export interface GlanceClient extends Disposable {
  /** Base URLs in the order of use, the one in use first. */
  readonly endpoints: readonly string[];
  /** Who asks; other services (Barbican) take the same. */
  readonly session: AuthSession;
  /** Goes on to the next endpoint; for callers that repeat {@linkcode GlanceClient.data}. */
  nextEndpoint(): void;
  /**
   * The record of an image.
   *
   * @throws {ToolError} `not_found`; `unauthorized`; `permission_denied`; `temporary` and `timeout` after the tries
   * that `[glance]num_retries` allows; `source_unavailable`.
   */
  show(id: string, signal: AbortSignal): Promise<ImageRecord>;
  /**
   * The record of the image with this id, else of the only one with this name.
   *
   * @throws {ToolError} `usage`, if several have the name; else as {@linkcode GlanceClient.show}.
   */
  find(word: string, signal: AbortSignal): Promise<ImageRecord>;
  /**
   * Records of the images that match, page after page.
   *
   * @param filters Query of `GET /v2/images`, e.g. `{ tag: ["golden"], visibility: ["public"] }`.
   * @throws {ToolError} As {@linkcode GlanceClient.show}.
   */
  list(
    filters: Readonly<Record<string, readonly string[]>>,
    signal: AbortSignal,
  ): AsyncIterable<ImageRecord>;
  /**
   * Where the data of an image is: by `GET /v2/images/{id}/locations` if the token has the role for
   * it and Glance has the call (2024.2), else as the record tells. Never fails for want of it.
   */
  locations(record: ImageRecord, signal: AbortSignal): Promise<readonly Location[]>;
  /**
   * Asks for the data of an image. The caller judges the status and reads or cancels the body.
   *
   * @throws {ToolError} `source_unavailable` or `timeout`, if there is no answer.
   */
  data(id: string, options: DataOptions): Promise<Response>;
}

/** What a client is made of. */
export interface GlanceParts {
  /** Time, chance and log. */
  readonly context: Pick<Context, "clock" | "random" | "log">;
  /** How requests are sent. */
  readonly transport: Transport;
  /** Who asks. */
  readonly session: AuthSession;
  /** Whom. */
  readonly endpoints: Endpoints;
  /** Tries after the first one, for metadata. */
  readonly retries: number;
  /** Bound for each answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Sent as `X-OpenStack-Request-ID`, so that Glance's log leads to nova's. */
  readonly requestId?: string | undefined;
}

/** Makes a client of its parts. */
export function glanceClient(parts: GlanceParts): GlanceClient {
  return new HttpGlanceClient(parts);
}

/** Roles whose tokens may read locations (glance/policies, `fetch_image_location`). */
const LOCATION_ROLES = ["service", "admin"];

class HttpGlanceClient implements GlanceClient {
  readonly #parts: GlanceParts;

  constructor(parts: GlanceParts) {
    this.#parts = parts;
  }

  get endpoints(): readonly string[] {
    return this.#parts.endpoints.inOrder;
  }

  get session(): AuthSession {
    return this.#parts.session;
  }

  nextEndpoint(): void {
    this.#parts.endpoints.next();
  }

  async show(id: string, signal: AbortSignal): Promise<ImageRecord> {
    return parseImageRecord(await this.#json(`/v2/images/${encodeURIComponent(id)}`, signal));
  }

  async find(word: string, signal: AbortSignal): Promise<ImageRecord> {
    if (word === "") throw nameless();
    const byId = await this.#findById(word.toLowerCase(), signal);
    if (byId !== undefined) return byId;
    const named = await this.#named(word, signal);
    const [only] = named;
    if (only === undefined) throw noSuchImage(word);
    if (named.length > 1) throw ambiguous(word, named);
    return only;
  }

  async *list(
    filters: Readonly<Record<string, readonly string[]>>,
    signal: AbortSignal,
  ): AsyncIterable<ImageRecord> {
    const query = Object.entries(filters)
      .flatMap(([name, values]) => values.map((value) => [name, value]));
    const seen = new Set<string>();
    for (let marker: string | undefined = ""; marker !== undefined;) {
      seen.add(marker);
      const search = new URLSearchParams(marker === "" ? query : [...query, ["marker", marker]]);
      const page = await readPage(this.#json(`/v2/images?${search}`, signal));
      yield* page.images.map(parseImageRecord);
      // A server that repeats a marker would keep us for ever.
      marker = page.marker !== undefined && !seen.has(page.marker) ? page.marker : undefined;
    }
  }

  async locations(record: ImageRecord, signal: AbortSignal): Promise<readonly Location[]> {
    const roles = await this.#parts.session.roles(signal);
    if (!roles.some((role) => LOCATION_ROLES.includes(role))) return record.locations;
    try {
      return parseLocations(await this.#json(`/v2/images/${record.id}/locations`, signal));
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof ToolError)) throw error;
      this.#parts.context.log("debug", `${error.message}; taking the locations of the record`);
      return record.locations;
    }
  }

  async data(id: string, options: DataOptions): Promise<Response> {
    const { offset = 0, prefer = [], signal } = options;
    const query = prefer.length === 0 ? "" : `?${new URLSearchParams({ prefer: prefer.join() })}`;
    const path = `/v2/images/${encodeURIComponent(id)}/file${query}`;
    return await this.#get(path, signal, offset === 0 ? {} : { range: `bytes=${offset}-` });
  }

  [Symbol.dispose](): void {
    this.#parts.transport[Symbol.dispose]();
  }

  async #findById(id: string, signal: AbortSignal): Promise<ImageRecord | undefined> {
    if (!isImageId(id)) return undefined;
    try {
      return await this.show(id, signal);
    } catch (error) {
      if (error instanceof ToolError && error.code === "not_found") return undefined;
      throw error;
    }
  }

  /** Asks as other clients do, and for hidden images only where no other has the name. */
  async #named(name: string, signal: AbortSignal): Promise<readonly ImageRecord[]> {
    const filter = { name: [nameFilter(name)] };
    for (const more of [{}, { os_hidden: ["true"] }]) {
      const listed = await Array.fromAsync(this.list({ ...filter, ...more }, signal));
      const matches = listed.filter((one) => one.name === name);
      if (matches.length > 0) return matches;
    }
    return [];
  }

  async #json(path: string, signal: AbortSignal): Promise<unknown> {
    const { context, endpoints, retries } = this.#parts;
    const onRetry = (error: ToolError, waitMs: number) => {
      endpoints.next();
      context.log("setback", retryNotice(error, waitMs));
    };
    const again = endpoints.all.length > 1 ? isWorthAsking : isWorthRetrying;
    return await withRetries(
      { clock: context.clock, random: context.random, retries, signal, again, onRetry },
      () => this.#jsonOnce(path, signal),
    );
  }

  async #jsonOnce(path: string, signal: AbortSignal): Promise<unknown> {
    const { clock } = this.#parts.context;
    const reading = this.#reading(path, signal);
    const response = await this.#get(path, signal);
    if (response.status === 200) return await readJson(response, clock, reading);
    const { session } = this.#parts;
    const secrets = Object.values(await session.headers(signal));
    const error = await failureOf(response, clock, reading, secrets);
    throw response.status === 401 ? unauthorized(error, session.origin) : error;
  }

  async #get(
    path: string,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return await withProof(
      this.#parts.session,
      signal,
      (proof) => this.#send(path, signal, { ...proof, ...headers }),
    );
  }

  async #send(
    path: string,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const { endpoints, requestId, timeoutMs, transport } = this.#parts;
    return await transport.request("GET", `${endpoints.current}${path}`, {
      headers: {
        ...(requestId === undefined ? {} : { "x-openstack-request-id": requestId }),
        ...headers,
      },
      signal,
      timeoutMs,
    });
  }

  #reading(path: string, signal: AbortSignal): ReadOptions {
    const { endpoints, timeoutMs } = this.#parts;
    return { action: `GET '${labelOf(`${endpoints.current}${path}`)}'`, signal, timeoutMs };
  }
}

function unauthorized(error: ToolError, origin: string): ToolError {
  const hints = [`check the credentials (${origin}): openstack token issue`];
  return new ToolError(error.code, error.message, { hints });
}

/** `eq:` keeps Glance from reading `ubuntu:22.04` as the operator 'ubuntu' (a 400 otherwise). */
function nameFilter(name: string): string {
  return name.includes(":") ? `eq:${name}` : name;
}

function nameless(): ToolError {
  return new ToolError("usage", "Cannot find an image without a name: IMAGE is empty", {
    hints: ["give an id or a unique name: openstack image list"],
  });
}

function noSuchImage(word: string): ToolError {
  return new ToolError("not_found", `Cannot find image '${word}': no image has this id or name`, {
    hints: ["list what these credentials may see: openstack image list"],
  });
}

function ambiguous(word: string, matches: readonly ImageRecord[]): ToolError {
  const ids = matches.slice(0, 10).map(({ id }) => id).join(", ");
  const more = matches.length > 10 ? ", …" : "";
  return new ToolError(
    "usage",
    `Cannot choose image '${word}': ${matches.length} images have this name: ${ids}${more}`,
    { hints: ["give the id instead of the name"] },
  );
}
