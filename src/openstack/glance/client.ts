/**
 * The part of Glance's Image API v2 that the program uses. Requests for metadata are retried on
 * another server. Data is passed on as it arrives; the caller checks it and retries.
 *
 * @module
 */
import { expectedFailure } from "@/errors.ts";
import { shownUrl } from "@/shown_url.ts";
import type { Endpoints } from "@/openstack/glance/endpoint.ts";
import { type Catalogue, findImage } from "@/openstack/glance/find_image.ts";
import {
  type ImageRecord,
  type Location,
  type OnOddity,
  parseImageRecord,
  parseLocations,
} from "@/openstack/glance/image.ts";
import { readPage } from "@/openstack/glance/page.ts";
import type { ChangeMethod, RequestBody } from "@/openstack/http/transport.ts";
import { type ServiceParts, ServiceRequests } from "@/openstack/keystone/service_requests.ts";
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

/** Finds the locations of an image. */
export interface LocationFinder {
  /** The locations; none if they cannot be read. */
  find(record: ImageRecord, signal: AbortSignal): Promise<readonly Location[]>;
}

/** The parts of a client. */
export interface GlanceParts extends ServiceParts {
  /** The servers. */
  readonly endpoints: Endpoints;
  /** Finds locations that these credentials cannot read; absent if they are not needed. */
  readonly locator?: LocationFinder | undefined;
}

/** A client of one Glance with one identity. Disposing it closes its remaining connections. */
export interface GlanceClient extends Catalogue, Disposable {
  /** Base URLs in the order of use, the current one first. */
  readonly endpoints: readonly string[];
  /** The identity; other services (Barbican) use the same. */
  readonly session: AuthSession;
  /** Switches to the next endpoint; for callers that retry {@linkcode GlanceClient.data}. */
  nextEndpoint(): void;
  /**
   * The record of the image with this id, else of the only one with this name.
   *
   * @throws {ToolError} `usage`, if several have the name; else as {@linkcode GlanceClient.show}.
   */
  find(word: string, signal: AbortSignal): Promise<ImageRecord>;
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
  const { endpoints, session, transport } = parts;
  const requests = new ServiceRequests(parts);
  const client: GlanceClient = {
    get endpoints() {
      return endpoints.inOrder;
    },
    session,
    nextEndpoint: () => endpoints.next(),
    show: async (id, signal) =>
      parseImageRecord(await requests.json(pathOf(id), signal), warner(parts, id)),
    find: (word, signal) => findImage(client, word, signal),
    list: (filters, signal) => listImages(parts, requests, filters, signal),
    locations: (record, signal) => locationsOf(parts, requests, record, signal),
    data(id, { offset = 0, prefer = [], signal }) {
      const query = prefer.length === 0 ? "" : `?${new URLSearchParams({ prefer: prefer.join() })}`;
      const headers = offset === 0 ? {} : { range: `bytes=${offset}-` };
      return requests.get(`${pathOf(id)}/file${query}`, signal, headers);
    },
    text: (id, limit, signal) => requests.text(`${pathOf(id)}/file`, signal, { limit }),
    change: (method, path, body, signal) => requests.change(method, path, body, signal),
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
  return client;
}

function pathOf(id: string): string {
  return `/v2/images/${encodeURIComponent(id)}`;
}

function warner({ context: { log } }: GlanceParts, id: string): OnOddity {
  return ({ message }) => log("warning", `Skipping a part of image '${id}': ${message}`);
}

async function* listImages(
  parts: GlanceParts,
  requests: ServiceRequests,
  filters: Readonly<Record<string, readonly string[]>>,
  signal: AbortSignal,
): AsyncIterable<ImageRecord> {
  const query = Object.entries(filters)
    .flatMap(([name, values]) => values.map((value) => [name, value]));
  const seen = new Set<string>();
  for (let marker: string | undefined = ""; marker !== undefined;) {
    seen.add(marker);
    const search = new URLSearchParams(marker === "" ? query : [...query, ["marker", marker]]);
    const page = await readPage(requests.json(`/v2/images?${search}`, signal));
    for (const json of page.images) yield* listed(parts, json);
    // A server that repeats a marker would make us loop for ever.
    marker = page.marker !== undefined && !seen.has(page.marker) ? page.marker : undefined;
  }
}

/** One invalid record must not affect the others: tenants set names and locations. */
function listed(parts: GlanceParts, json: unknown): readonly ImageRecord[] {
  const { id } = Object(json) as { id?: unknown };
  const warn = warner(parts, typeof id === "string" ? shownUrl(id).slice(0, 80) : "");
  try {
    return [parseImageRecord(json, warn)];
  } catch (error) {
    warn(expectedFailure(error));
    return [];
  }
}

async function locationsOf(
  parts: GlanceParts,
  requests: ServiceRequests,
  record: ImageRecord,
  signal: AbortSignal,
): Promise<readonly Location[]> {
  const own = await ownLocations(parts, requests, record, signal);
  // A record has at most one location (`direct_url`), although the image may be in several stores.
  const isComplete = own.length > 0 && own.length >= record.stores.length;
  if (parts.locator === undefined || isComplete) return own;
  const found = await parts.locator.find(record, signal);
  if (found.length > own.length) return found;
  if (own.length === 0) parts.context.log("warning", noLocationHint(record));
  return own;
}

/** Roles whose tokens may read locations (glance/policies, `fetch_image_location`). */
const LOCATION_ROLES = ["service", "admin"];

/** The locations that the request's own credentials can read. */
async function ownLocations(
  parts: GlanceParts,
  requests: ServiceRequests,
  record: ImageRecord,
  signal: AbortSignal,
): Promise<readonly Location[]> {
  const roles = await parts.session.roles(signal);
  if (!roles.some((role) => LOCATION_ROLES.includes(role))) return record.locations;
  try {
    const json = await requests.json(`${pathOf(record.id)}/locations`, signal);
    return parseLocations(json, warner(parts, record.id));
  } catch (error) {
    const { message } = expectedFailure(error, signal);
    parts.context.log("debug", `${message}; using the locations of the record`);
    return record.locations;
  }
}

/** The hint for an operator when no credentials may read the locations. */
function noLocationHint({ id }: ImageRecord): string {
  return `Glance shows no location of image '${id}', so it comes over HTTP: give the user of ` +
    "[service_user] or [keystone_authtoken] the role 'service' in its project (Glance 2024.2 and " +
    "later), or set show_image_direct_url = True in glance-api.conf";
}
