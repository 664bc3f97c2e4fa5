/**
 * Which sources an image has, in the order in which they are tried, and why the others are not.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { ImageRecord, Location } from "@/openstack/glance/image.ts";
import { GLANCE_LOCATION } from "@/sources/glance.ts";
import type { Source, SourceKind } from "@/sources/source.ts";
import { type Registry, schemeOf } from "@/sources/registry.ts";

/** A place of the image, to be used or not. */
export type PlanEntry =
  | { readonly use: true; readonly location: Location; readonly source: Source }
  | {
    readonly use: false;
    readonly kind: string;
    readonly label: string;
    readonly reason: ToolError;
  };

/** What narrows a plan. */
export interface PlanOptions {
  /** Use sources of this kind only. */
  readonly only?: SourceKind;
  /** Whether a second source may be tried after the first. */
  readonly fallback: boolean;
}

/**
 * Orders the sources: direct ones first as the record lists them, Glance's API last.
 *
 * @param locations Where the record (or the locations API) says that the data is.
 */
export function planSources(
  record: ImageRecord,
  locations: readonly Location[],
  registry: Registry,
  options: PlanOptions,
): readonly PlanEntry[] {
  const all = [...locations, { url: GLANCE_LOCATION, metadata: {} }]
    .map((location) => resolve(record, location, registry));
  return withoutFallback(all.map((entry) => narrowed(entry, options)), options);
}

/** The sources of a plan that are tried. */
export function usableSources(plan: readonly PlanEntry[]): readonly Source[] {
  return plan.flatMap((entry) => entry.use ? [entry.source] : []);
}

function resolve(record: ImageRecord, location: Location, registry: Registry): PlanEntry {
  try {
    return { use: true, location, source: registry.resolve(location, record) };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return {
      use: false,
      kind: schemeOf(location),
      label: withoutSecrets(location.url),
      reason: error,
    };
  }
}

function narrowed(entry: PlanEntry, { only }: PlanOptions): PlanEntry {
  if (!entry.use || only === undefined || entry.source.kind === only) return entry;
  return skipped(entry.source, `--source ${only}`);
}

function withoutFallback(
  plan: readonly PlanEntry[],
  { fallback }: PlanOptions,
): readonly PlanEntry[] {
  if (fallback) return plan;
  const first = plan.findIndex((entry) => entry.use);
  return plan.map((entry, index) =>
    entry.use && index > first ? skipped(entry.source, "--no-fallback") : entry
  );
}

function skipped({ kind, label }: Source, flag: string): PlanEntry {
  const reason = new ToolError("source_unavailable", `Not tried because of ${flag}`);
  return { use: false, kind, label, reason };
}

/** A location nobody could read may carry a password (`swift+https://user:key@host/…`). */
function withoutSecrets(url: string): string {
  return url.slice(0, 300).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1***@")
    .replaceAll(/\p{Cc}/gu, "?");
}
