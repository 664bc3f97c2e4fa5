/**
 * The rules for image formats on this host, and whether a record alone breaks them.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import { rejection } from "@/formats/inspector.ts";
import { type DiskUse, namingObjections, type Policy } from "@/formats/disk_format.ts";
import { hostNovaRules } from "@/nova/release.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { FetchRequest, Place } from "@/plan/request.ts";

/** The rules for the format of an image, as nova applies them. */
export interface FormatRules extends Omit<Policy, "declared"> {
  /** Not `[workarounds]disable_deep_image_inspection`. */
  readonly deep: boolean;
}

/** The host whose rules apply: nova's configuration, and where nova is installed. */
export type FormatParts = { readonly config: Config; readonly context: Pick<Context, "files"> };

/**
 * The rules for an image. They may reject it by its record alone, before any byte is transferred.
 *
 * @throws {ToolError} `format_rejected`; `config_invalid`.
 */
export function acceptedRules(
  { config, context }: FormatParts,
  { diskFormat }: Pick<ImageRecord, "diskFormat">,
  { deepInspection, place }: Pick<FetchRequest, "deepInspection" | "place">,
): FormatRules {
  const rules = {
    vmdkAllowedTypes: config.get("compute.vmdk_allowed_types"),
    deep: deepInspection && inspectsDeeply(config),
    rules: hostNovaRules(config, context.files),
    use: isNovas(place) ? baseUse(config) : "file",
  };
  const objections = namingObjections({ declared: diskFormat, ...rules })
    .filter(({ always }) => always || rules.deep);
  if (objections.length > 0) throw rejection(objections);
  return rules;
}

/** What nova does with an image in its cache. */
export function baseUse(config: Pick<Config, "get">): DiskUse {
  return config.get("DEFAULT.force_raw_images") ? "raw base" : "base";
}

/**
 * Whether nova inspects the partition table of a base. It does so each time it creates an overlay
 * of it (`Qcow2.create_image`); other kinds of disks are copies, for which it does not (`Flat`).
 *
 * @throws {ToolError} `config_invalid`.
 */
export function inspectsPartitions({ config, context }: FormatParts): boolean {
  const kind = config.get("libvirt.images_type");
  const isOverlay = kind === "qcow2" ||
    kind === "default" && config.get("DEFAULT.use_cow_images");
  return isOverlay && inspectsDeeply(config) && hostNovaRules(config, context.files).partitions;
}

function isNovas(place: Place): boolean {
  return place.kind === "cache" || place.kind === "file" && place.part === true;
}

function inspectsDeeply(config: Pick<Config, "get">): boolean {
  return !config.get("workarounds.disable_deep_image_inspection");
}
