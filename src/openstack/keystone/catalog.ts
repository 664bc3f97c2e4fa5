/**
 * The service catalog of a token, and the search in it.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

/** One address of a service: `public`, `internal` or `admin`; its region; untrusted text. */
export type CatalogEndpoint = {
  readonly interface: string;
  readonly region: string;
  readonly url: string;
};

/** One service: its type (`image`, `key-manager`, …) and name (`glance`, …), and where it is. */
export type CatalogService = {
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly CatalogEndpoint[];
};

/** The search criteria, with keystoneauth's names. */
export interface CatalogQuery {
  /** Type of the service, e.g. `image`. */
  readonly serviceType: string;
  /** Name of the service; absent means any. */
  readonly serviceName?: string | undefined;
  /** Interfaces, best first. */
  readonly interfaces: readonly string[];
  /** Region; absent means any. */
  readonly region?: string | undefined;
}

/** Reads the `catalog` of a token; entries that do not follow the Identity API are left out. */
export function parseCatalog(json: unknown): readonly CatalogService[] {
  return records(json).map((service) => ({
    type: text(service.type),
    name: text(service.name),
    endpoints: records(service.endpoints).map((one) => ({
      interface: text(one.interface),
      region: text(one.region_id) || text(one.region),
      url: text(one.url).trim(),
    })).filter(({ url }) => url !== ""),
  }));
}

/**
 * The best address: the first interface of the query that has one in the region.
 *
 * @param origin Where the credentials come from, for the message.
 * @throws {ToolError} `endpoint_not_found`, if there is none; the message lists what the catalog
 * has.
 */
export function findEndpoint(
  catalog: readonly CatalogService[],
  query: CatalogQuery,
  origin: string,
): string {
  const services = catalog.filter(({ type, name }) =>
    type === query.serviceType && (!query.serviceName || name === query.serviceName)
  );
  const offered = services.flatMap(({ endpoints }) => endpoints);
  const inRegion = offered.filter(({ region }) => !query.region || region === query.region);
  for (const wanted of query.interfaces.map(interfaceName)) {
    const match = inRegion.find((one) => one.interface === wanted);
    if (match !== undefined) return match.url;
  }
  throw noEndpoint(query, offered, origin);
}

/** `publicURL` is the old form of `public`. */
function interfaceName(text: string): string {
  return text.replace(/URL$/, "");
}

/** The settings for the address of a service, instead of the catalog, and for its region. */
const SETTINGS = {
  "image": { address: "[glance] endpoint_override", region: "[glance] region_name" },
  "key-manager": {
    address: "[barbican] barbican_endpoint",
    region: "[barbican] barbican_region_name",
  },
} as const;

function noEndpoint(
  query: CatalogQuery,
  offered: readonly CatalogEndpoint[],
  origin: string,
): ToolError {
  const type = query.serviceType;
  const wanted = `${query.interfaces.join(" or ")}${query.region ? ` in '${query.region}'` : ""}`;
  const had = [...new Set(offered.map((one) => `${one.interface} in '${one.region}'`))].join(", ");
  return new ToolError(
    "endpoint_not_found",
    offered.length === 0
      ? `Cannot find the ${type} service: the catalog of these credentials (${origin}) has none`
      : `Cannot find the ${type} service as ${wanted}: the catalog (${origin}) has it as ${had}`,
    { hints: [remedyFor(query, offered)] },
  );
}

function remedyFor(
  { region, serviceType: type }: CatalogQuery,
  offered: readonly CatalogEndpoint[],
): string {
  const isElsewhere = region && offered.length > 0 && offered.every((one) => one.region !== region);
  const settings = SETTINGS[type === "key-manager" ? type : "image"];
  return isElsewhere
    ? `set another region in '${settings.region}', OS_REGION_NAME or clouds.yaml`
    : `set '${settings.address}', or look: openstack catalog list`;
}

function records(json: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(json) ? json.filter((one) => typeof one === "object" && one !== null) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
