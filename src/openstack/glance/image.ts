/**
 * The image record of Glance's v2 API, reduced to what a transfer needs and validated here: no
 * other file sees the JSON.
 *
 * @module
 */
import { expectedFailure, ToolError } from "@/errors.ts";
import { shownUrl } from "@/shown_url.ts";

/** A location of an image, as Glance reports it. */
export interface Location {
  /** The URL; untrusted text. */
  readonly url: string;
  /** Store metadata, e.g. `{ store: "ceph1" }`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The digest in the record. */
export interface ExpectedHash {
  /** Name as in the record, lower case: `sha512`, `md5`, … */
  readonly algorithm: string;
  /** Lower-case hex. */
  readonly value: string;
  /** Its field in the record. */
  readonly origin: "os_hash_value" | "checksum";
}

/** One image of Glance. */
export interface ImageRecord {
  /** UUID with dashes, in Glance's own case: the name of nova's base file depends on it. */
  readonly id: string;
  /** Display name; not unique. */
  readonly name: string | null;
  /** `active`, `deactivated`, `queued`, … */
  readonly status: string;
  /** Bytes of image data, or `null` while unknown. */
  readonly size: number | null;
  /** Virtual size in bytes, or `null` while unknown. */
  readonly virtualSize: number | null;
  /** `raw`, `qcow2`, …, or `null` while unset. */
  readonly diskFormat: string | null;
  /** Multihash if the record has one, else md5, else `null`. */
  readonly hash: ExpectedHash | null;
  /** Whether a hash is announced (`os_hash_algo`) but not computed yet. */
  readonly hashPending: boolean;
  /** Locations in Glance's order, `direct_url` last, without duplicates. */
  readonly locations: readonly Location[];
  /** Store names (`stores`), empty without `enabled_backends`. */
  readonly stores: readonly string[];
  /** Every other property with a string value, e.g. `img_signature`. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Glance's schema (glance/api/v2/images.py, `get_base_properties`), which allows both cases. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]+$/;

/** Whether a word is an image id as Glance generates them (UUID with dashes, in either case). */
export function isImageId(word: string): boolean {
  return UUID.test(word);
}

/** Called with what was left out because the API does not allow it. */
export type OnOddity = (problem: ToolError) => void;

/**
 * Reads one image of `GET /v2/images/{id}` (api-ref "Show image"). An invalid optional field is
 * left out: a location, a name, the virtual size, the stores.
 *
 * @param json The parsed body; untrusted.
 * @throws {ToolError} `source_unavailable`, if the record does not follow the API.
 */
export function parseImageRecord(json: unknown, onOddity: OnOddity = () => {}): ImageRecord {
  const fields = object(json, "record");
  const id = text(fields, "id");
  if (id === null || !isImageId(id)) throw malformed("id", fields.id);
  const status = text(fields, "status");
  if (status === null) throw malformed("status", fields.status);
  const orNull = <T>(read: () => T) => attempt(read, onOddity) ?? null;
  return {
    id,
    name: orNull(() => text(fields, "name")),
    status,
    size: count(fields, "size"),
    virtualSize: orNull(() => count(fields, "virtual_size")),
    diskFormat: text(fields, "disk_format"),
    hash: expectedHash(fields),
    hashPending: text(fields, "os_hash_algo") !== null && text(fields, "os_hash_value") === null,
    locations: recordLocations(fields, onOddity),
    stores: (orNull(() => text(fields, "stores")) ?? "").split(",").filter((store) => store !== ""),
    properties: Object.fromEntries(
      Object.entries(fields).filter((entry): entry is [string, string] =>
        typeof entry[1] === "string"
      ),
    ),
  };
}

/** Whether a task of Glance still works on the image (glance/async_/flows/location_import.py). */
export function isBeingHashed({ hash, properties }: ImageRecord): boolean {
  return hash === null && Boolean(properties.os_glance_import_task);
}

/** The multihash has priority over md5, as in glanceclient's `images.data`. */
function expectedHash(fields: Record<string, unknown>): ExpectedHash | null {
  const algorithm = text(fields, "os_hash_algo")?.toLowerCase();
  const value = hex(fields, "os_hash_value");
  if (algorithm !== undefined && value !== null) {
    return { algorithm, value, origin: "os_hash_value" };
  }
  const checksum = hex(fields, "checksum");
  return checksum === null ? null : { algorithm: "md5", value: checksum, origin: "checksum" };
}

function recordLocations(fields: Record<string, unknown>, onOddity: OnOddity): readonly Location[] {
  const { direct_url: direct = null } = fields;
  const listed = Array.isArray(fields.locations) ? fields.locations : [];
  const last = direct === null ? [] : [{ url: direct, metadata: {} }];
  return parseLocations([...listed, ...last], onOddity);
}

/** The result of `read`, or nothing if the API does not allow the value. */
function attempt<T>(read: () => T, onOddity: OnOddity): T | undefined {
  try {
    return read();
  } catch (error) {
    onOddity(expectedFailure(error));
    return undefined;
  }
}

/**
 * Reads a list of `{url, metadata}` pairs, as in the answer to `GET /v2/images/{id}/locations`
 * (Image API 2.17) and in the record. Keeps the order, and leaves out duplicate and invalid URLs.
 *
 * @throws {ToolError} `source_unavailable`, if it is not a list.
 */
export function parseLocations(json: unknown, onOddity: OnOddity = () => {}): readonly Location[] {
  if (!Array.isArray(json)) throw malformed("locations", json);
  const byUrl = new Map<string, Location>();
  for (const entry of json) {
    const one = attempt(() => parseLocation(entry), onOddity);
    if (one !== undefined && !byUrl.has(one.url)) byUrl.set(one.url, one);
  }
  return [...byUrl.values()];
}

function parseLocation(json: unknown): Location {
  const fields = object(json, "location");
  const url = text(fields, "url");
  if (url === null) throw malformed("url", fields.url);
  return { url, metadata: object(fields.metadata ?? {}, "metadata") };
}

function object(json: unknown, what: string): Record<string, unknown> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    return json as Record<string, unknown>;
  }
  throw malformed(what, json);
}

function text(fields: Record<string, unknown>, name: string): string | null {
  const value = fields[name] ?? null;
  if (value === null || typeof value === "string") return value;
  throw malformed(name, value);
}

function hex(fields: Record<string, unknown>, name: string): string | null {
  const value = text(fields, name)?.toLowerCase() ?? null;
  if (value === null || HEX.test(value)) return value;
  throw malformed(name, value);
}

function count(fields: Record<string, unknown>, name: string): number | null {
  const value = fields[name] ?? null;
  if (value === null || (Number.isSafeInteger(value) && (value as number) >= 0)) {
    return value as number | null;
  }
  throw malformed(name, value);
}

function malformed(what: string, value: unknown): ToolError {
  const shown = typeof value === "string"
    ? `'${shownUrl(value).slice(0, 80)}'`
    : Array.isArray(value)
    ? "a list"
    : typeof value === "object" && value !== null
    ? "an object"
    : `${value}`;
  return new ToolError(
    "source_unavailable",
    `Cannot read the image record: '${what}' is ${shown}, which the Image API v2 does not allow`,
    { hints: ["check that the endpoint is a Glance v2 API: glance-direct doctor"] },
  );
}
