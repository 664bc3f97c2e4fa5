/**
 * The part of Glance's Image API v2 that the program uses. Requests for metadata are retried on
 * another server. Data is passed on as it arrives; the caller checks it and retries.
 *
 * @module
 */
import { throwIfAborted, ToolError } from "@/errors.ts";
import { shownUrl } from "@/shown_url.ts";
import { findImage } from "@/openstack/glance/find_image.ts";
import {
  type ImageRecord,
  type Location,
  type OnOddity,
  parseImageRecord,
  parseLocations,
} from "@/openstack/glance/image.ts";
import { readPage } from "@/openstack/glance/page.ts";
import { type GlanceParts, GlanceRequests } from "@/openstack/glance/requests.ts";
import type { ChangeMethod, RequestBody } from "@/openstack/http/transport.ts";
import type { AuthSession } from "@/openstack/keystone/session.ts";

/** What {@linkcode GlanceClient.data} takes in addition to the image. */
export interface DataOptions {
  /** First byte to send; 0 requests everything, without a `Range`. @default {0} */
  readonly offset?: number;
  /** Stores to read from, best first (`?prefer=`, Glance 33); older servers ignore it. */
  readonly prefer?: readonly string[];
  /** Ends the request and the body. */
  readonly signal: AbortSignal;
}

/** A client of one Glance with one identity. Disposing it closes its remaining connections. */
export interface GlanceClient extends Disposable {
  /** Base URLs in the order of use, the current one first. */
  readonly endpoints: readonly string[];
  /** The identity; other services (Barbican) use the same. */
  readonly session: AuthSession;
  /** Switches to the next endpoint; for callers that retry {@linkcode GlanceClient.data}. */
  nextEndpoint(): void;
  /**
   * The record of an image.
   *
   * @throws {ToolError} `not_found`; `unauthorized`; `permission_denied`; `temporary` and `timeout`
   * after `[glance]num_retries` retries; `source_unavailable`.
   */
  show(id: string, signal: AbortSignal): Promise<ImageRecord>;
  /**
   * The record of the image with this id, else of the only one with this name.
   *
   * @throws {ToolError} `usage`, if several have the name; else as {@linkcode GlanceClient.show}.
   */
  find(word: string, signal: AbortSignal): Promise<ImageRecord>;
  /**
   * Records of the images that match, read page by page.
   *
   * @param filters Query of `GET /v2/images`, e.g. `{ tag: ["golden"], visibility: ["public"] }`.
   * @throws {ToolError} As {@linkcode GlanceClient.show}.
   */
  list(
    filters: Readonly<Record<string, readonly string[]>>,
    signal: AbortSignal,
  ): AsyncIterable<ImageRecord>;
  /**
   * The locations of an image: from `GET /v2/images/{id}/locations` if the token has the role for
   * it and Glance has the call (2024.2), else from the record, else with the host's own
   * credentials. Never fails because of missing locations.
   */
  locations(record: ImageRecord, signal: AbortSignal): Promise<readonly Location[]>;
  /**
   * Requests the data of an image. The caller checks the status and reads or cancels the body.
   *
   * @throws {ToolError} `source_unavailable` or `timeout`, if there is no answer.
   */
  data(id: string, options: DataOptions): Promise<Response>;
  /**
   * The data of a small image, as text.
   *
   * @param limit Maximum bytes; more are an error.
   * @throws {ToolError} As {@linkcode GlanceClient.show}.
   */
  text(id: string, limit: number, signal: AbortSignal): Promise<string>;
  /**
   * Makes a change, without retries.
   *
   * @returns The answer's body.
   * @throws {ToolError} `permission_denied`, if these credentials are not allowed to; else as
   * {@linkcode GlanceClient.show}.
   */
  change(
    method: ChangeMethod,
    path: string,
    body: RequestBody | undefined,
    signal: AbortSignal,
  ): Promise<string>;
}

/** Makes a client from its parts. */
export function glanceClient(parts: GlanceParts): GlanceClient {
  return new HttpGlanceClient(parts);
}

/**
 * A record has at most one location (`direct_url`), although the image may be in several stores.
 */
function isComplete({ stores }: ImageRecord, told: readonly Location[]): boolean {
  return told.length > 0 && told.length >= stores.length;
}

/** The hint for an operator when no credentials may read the locations. */
function nowhereTold({ id }: ImageRecord): string {
  return `Glance shows no location of image '${id}', so it comes over HTTP: give the user of ` +
    "[service_user] or [keystone_authtoken] the role 'service' in its project (Glance 2024.2 and " +
    "later), or set show_image_direct_url = True in glance-api.conf";
}

/** Roles whose tokens may read locations (glance/policies, `fetch_image_location`). */
const LOCATION_ROLES = ["service", "admin"];

class HttpGlanceClient implements GlanceClient {
  readonly #parts: GlanceParts;
  readonly #requests: GlanceRequests;

  constructor(parts: GlanceParts) {
    this.#parts = parts;
    this.#requests = new GlanceRequests(parts);
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
    const json = await this.#requests.json(`/v2/images/${encodeURIComponent(id)}`, signal);
    return parseImageRecord(json, this.#warn(`image '${id}'`));
  }

  async find(word: string, signal: AbortSignal): Promise<ImageRecord> {
    return await findImage(this, word, signal);
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
      const page = await readPage(this.#requests.json(`/v2/images?${search}`, signal));
      for (const json of page.images) {
        const record = this.#listed(json);
        if (record !== undefined) yield record;
      }
      // A server that repeats a marker would make us loop for ever.
      marker = page.marker !== undefined && !seen.has(page.marker) ? page.marker : undefined;
    }
  }

  /** One invalid record must not affect the others: tenants set names and locations. */
  #listed(json: unknown): ImageRecord | undefined {
    const { id } = Object(json) as { id?: unknown };
    const name = typeof id === "string" ? shownUrl(id).slice(0, 80) : "";
    const warn = this.#warn(`image '${name}'`);
    try {
      return parseImageRecord(json, warn);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      warn(error);
      return undefined;
    }
  }

  #warn(what: string): OnOddity {
    return ({ message }) =>
      this.#parts.context.log("warning", `Skipping a part of ${what}: ${message}`);
  }

  async locations(record: ImageRecord, signal: AbortSignal): Promise<readonly Location[]> {
    const { context: { log }, locator } = this.#parts;
    const told = await this.#toldLocations(record, signal);
    if (locator === undefined || isComplete(record, told)) return told;
    const found = await locator.find(record, signal);
    if (found.length > told.length) return found;
    if (told.length === 0) log("warning", nowhereTold(record));
    return told;
  }

  /** The locations that the request's own credentials can read. */
  async #toldLocations(record: ImageRecord, signal: AbortSignal): Promise<readonly Location[]> {
    const roles = await this.#parts.session.roles(signal);
    if (!roles.some((role) => LOCATION_ROLES.includes(role))) return record.locations;
    try {
      const json = await this.#requests.json(`/v2/images/${record.id}/locations`, signal);
      return parseLocations(json, this.#warn(`image '${record.id}'`));
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof ToolError)) throw error;
      this.#parts.context.log("debug", `${error.message}; using the locations of the record`);
      return record.locations;
    }
  }

  async data(id: string, options: DataOptions): Promise<Response> {
    const { offset = 0, prefer = [], signal } = options;
    const query = prefer.length === 0 ? "" : `?${new URLSearchParams({ prefer: prefer.join() })}`;
    const path = `/v2/images/${encodeURIComponent(id)}/file${query}`;
    return await this.#requests.get(
      path,
      signal,
      offset === 0 ? {} : { range: `bytes=${offset}-` },
    );
  }

  async text(id: string, limit: number, signal: AbortSignal): Promise<string> {
    return await this.#requests.text(`/v2/images/${encodeURIComponent(id)}/file`, limit, signal);
  }

  async change(
    method: ChangeMethod,
    path: string,
    body: RequestBody | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    return await this.#requests.change(method, path, body, signal);
  }

  [Symbol.dispose](): void {
    this.#parts.transport[Symbol.dispose]();
  }
}
