/**
 * The sources of an image in the order in which they are tried, and why others are skipped.
 *
 * @module
 */
import { type ErrorCode, expectedFailure } from "@/errors.ts";
import type { ImageRecord, Location } from "@/openstack/glance/image.ts";
import type { FetchRequest } from "@/plan/request.ts";
import { shownUrl } from "@/shown_url.ts";
import { schemeFor, schemeName, schemeOfKind, SCHEMES } from "@/sources/registry.ts";
import type { Needs, PlanningHost, Scheme } from "@/sources/scheme.ts";

/**
 * A source of the image that is tried: its kind, its location, shown without credentials, and what its
 * scheme reads it with.
 */
export type UsedSource = {
  readonly use: true;
  readonly kind: string;
  readonly label: string;
  readonly settings: unknown;
};

/**
 * A source of the image that is skipped, and why; its kind is the scheme of a location that is not
 * supported.
 */
export type SkippedSource = {
  readonly use: false;
  readonly kind: string;
  readonly label: string;
  readonly reason: { readonly code: ErrorCode; readonly message: string };
};

/** A source of the image. Plain data. */
export type PlannedSource = UsedSource | SkippedSource;

/**
 * Orders the sources: near locations of the record first, the others in the order of the record,
 * then the sources that every image has.
 *
 * @param locations Locations of the data from the record or the locations API.
 */
export function planSources(
  host: PlanningHost,
  record: ImageRecord,
  locations: readonly Location[],
  { fallback, only }: Pick<FetchRequest, "fallback" | "only">,
  schemes: readonly Scheme[] = SCHEMES,
): readonly PlannedSource[] {
  const all = [
    ...nearFirst(locations, host, schemes),
    ...schemes.flatMap(({ everywhere }) => everywhere ?? []),
  ].map((location) => planned(host, record, location, schemes));
  const chosen = only === undefined ? all : all.map((one) => narrowed(one, only));
  const first = chosen.find(({ use }) => use);
  return fallback
    ? chosen
    : chosen.map((one) => one.use && one !== first ? skipped(one, "--no-fallback") : one);
}

/** Permissions that the thread needs for all sources that are tried. */
export async function needsOf(
  host: PlanningHost,
  sources: readonly PlannedSource[],
  signal: AbortSignal,
  schemes: readonly Scheme[] = SCHEMES,
): Promise<Required<Omit<Needs, "imageApi">> & { readonly imageApi: boolean }> {
  const all = await Promise.all(
    sources.filter((one) => one.use).map(({ kind, settings }) =>
      schemeOfKind(kind, schemes).needs(settings, host, signal)
    ),
  );
  const listed = (key: "directories" | "programs" | "servers") => [
    ...new Set(all.flatMap((needs) => needs[key] ?? [])),
  ];
  return {
    programs: listed("programs"),
    servers: listed("servers"),
    directories: listed("directories"),
    imageApi: all.some(({ imageApi }) => imageApi),
  };
}

function planned(
  host: PlanningHost,
  record: ImageRecord,
  location: Location,
  schemes: readonly Scheme[],
): PlannedSource {
  try {
    const scheme = schemeFor(location, schemes);
    return { use: true, kind: scheme.kind, ...scheme.plan(location, record, host) };
  } catch (error) {
    const { code, message } = expectedFailure(error);
    const label = shownUrl(location.url);
    return { use: false, kind: schemeName(location), label, reason: { code, message } };
  }
}

function narrowed(source: PlannedSource, only: string): PlannedSource {
  return !source.use || source.kind === only ? source : skipped(source, `--source ${only}`);
}

function skipped({ kind, label }: UsedSource, flag: string): SkippedSource {
  const message = `Not tried because of ${flag}`;
  return { use: false, kind, label, reason: { code: "source_unavailable", message } };
}

/** The store configured for this nova first, then near locations, then Glance's order. */
function nearFirst(
  locations: readonly Location[],
  host: PlanningHost,
  schemes: readonly Scheme[],
): readonly Location[] {
  const store = host.config.get("libvirt.images_rbd_glance_store_name") || undefined;
  const distance = (location: Location) => {
    if (store !== undefined && location.metadata.store === store) return 0;
    const scheme = schemes.find((one) => one.schemes.includes(schemeName(location)));
    return scheme?.isNear?.(location, host) ? 1 : 2;
  };
  return locations.map((location) => ({ location, distance: distance(location) }))
    .toSorted((a, b) => a.distance - b.distance).map(({ location }) => location);
}
