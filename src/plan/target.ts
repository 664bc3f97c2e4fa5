/**
 * Where an image goes, as plain data: decided in one thread, opened in another.
 *
 * @module
 */
import type { SpaceNeed } from "@/cache/free_space.ts";
import type { Publication } from "@/cache/ingest.ts";
import { basePath, cacheLayout } from "@/cache/paths.ts";
import { QEMU_IMG_PROGRAM } from "@/cache/qemu_img_program.ts";
import { isConvertible } from "@/cache/raw_conversion.ts";
import type { Config } from "@/config/config.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { type FormatParts, inspectsPartitions } from "@/plan/format_rules.ts";
import type { FetchRequest, Place } from "@/plan/request.ts";

/** A file, standard output, or nowhere. */
export type Target = FileTarget | { readonly kind: "output" } | { readonly kind: "nowhere" };

/** A file that gets its name when it is verified. */
export interface FileTarget {
  /** It is a file. */
  readonly kind: "file";
  /** How it gets its name. */
  readonly publication: Publication;
  /** The space that it needs. */
  readonly space: SpaceNeed;
  /** Parameters of its conversion to raw, if it is converted. */
  readonly raw: RawConversionOptions | null;
  /** The base file, if the target is one. */
  readonly base: BaseFile | null;
  /** The base file that nova makes from it, if the target is nova's `.part`. */
  readonly part: PartFile | null;
}

/** A base file to make. */
export interface BaseFile {
  /** Longest wait for another process that makes the same file, in milliseconds. */
  readonly lockTimeout: number;
}

/** A `.part` of nova to make. */
export interface PartFile {
  /** The base file that nova makes from it. */
  readonly base: string;
  /** Size in bytes of a base file that is the unchanged image; `null` if it is converted. */
  readonly size: number | null;
  /** Longest wait for another process that makes the base file, in milliseconds. */
  readonly timeout: number;
}

/** Parameters of a conversion to raw. */
export interface RawConversionOptions {
  /** The image's `disk_format`. */
  readonly diskFormat: string;
  /** Bytes of the image. */
  readonly size: number;
  /** Virtual size in bytes from its record; `null` if unknown. */
  readonly virtualSize: number | null;
  /** Whether nova inspects the partition table of the base. */
  readonly partitions: boolean;
  /** Longest time without progress of the conversion, in milliseconds. */
  readonly stallTimeout: number;
  /** Absolute path of `qemu-img`. */
  readonly program: string;
}

/** Mode of a base file: nova and qemu read it as other users (nova creates its own as 0644). */
const MODE = 0o644;

/** Milliseconds to wait for a base file of no use: enough to see that another process makes it. */
const LOOK = 1000;

/**
 * The target of a request.
 *
 * @throws {ToolError} `config_invalid`, if the host keeps its disks in Ceph: a base file there
 * keeps nova from cloning the image and makes it import the file instead (`Rbd.create_image`).
 */
export function targetOf(
  parts: FormatParts,
  record: ImageRecord,
  { force, place }: Pick<FetchRequest, "force" | "place">,
): Target {
  if (place.kind === "output" || place.kind === "nowhere") return place;
  return place.kind === "file"
    ? fileOf(parts.config, record, place)
    : baseFileOf(parts, record, force);
}

/** The path of an image's base file. */
export function baseOf(config: Config, imageId: string): string {
  return basePath(cacheLayout(config), imageId);
}

/** Bytes that a raw copy needs. */
export function rawCopyNeed(
  size: number,
  virtualSize: number,
): { readonly least: number; readonly most: number } {
  // A copy of a compressed image is larger; a copy of a dense image is about as large.
  return { least: Math.min(size, virtualSize), most: virtualSize };
}

function baseFileOf(parts: FormatParts, record: ImageRecord, force: boolean): FileTarget {
  const { config } = parts;
  if (config.get("libvirt.images_type") === "rbd") throw clonesInCeph(config);
  const path = baseOf(config, record.id);
  // Bytes that nova keeps free.
  const reserved = config.get("DEFAULT.reserved_host_disk_mb") * (1 << 20);
  const isRaw = isConverted(config, record);
  return {
    kind: "file",
    publication: { path, mode: MODE, replace: force, reserved },
    space: { path, reserved, ...spaceNeed(record, isRaw) },
    raw: isRaw ? rawOptions(parts, record) : null,
    base: { lockTimeout: config.get("glance_direct.lock_timeout") },
    part: null,
  };
}

function fileOf(
  config: Config,
  record: ImageRecord,
  { part, path }: Extract<Place, { kind: "file" }>,
): FileTarget {
  return {
    kind: "file",
    publication: { path, mode: MODE, replace: true },
    space: { path, reserved: 0, ...spaceNeed(record, false) },
    raw: null,
    base: null,
    part: part ? partOf(config, record, path) : null,
  };
}

/** The `.part` that nova asks for, or `null` if the path is not the part of a base file. */
function partOf(config: Config, record: ImageRecord, path: string): PartFile | null {
  const base = /^(.*\/[0-9a-f]{40})\.part$/.exec(path)?.[1];
  if (base === undefined) return null;
  const isImage = !isConverted(config, record);
  const timeout = isImage ? config.get("glance_direct.lock_timeout") : LOOK;
  return { base, size: isImage ? record.size : null, timeout };
}

/** Whether nova would convert an image to raw (`fetch_to_raw` with `force_raw_images`). */
export function isConverted(config: Config, record: ImageRecord): boolean {
  return config.get("DEFAULT.force_raw_images") && isConvertible(record.diskFormat);
}

function rawOptions(
  parts: FormatParts,
  { diskFormat, size, virtualSize }: ImageRecord,
): RawConversionOptions {
  return {
    diskFormat: diskFormat ?? "raw",
    size: size ?? 0,
    virtualSize,
    partitions: inspectsPartitions(parts),
    stallTimeout: parts.config.get("glance_direct.stall_timeout"),
    program: QEMU_IMG_PROGRAM,
  };
}

/** Smaller formats are dense; raw may be mostly holes. Both copies exist at the same time. */
function spaceNeed(
  { diskFormat, size, virtualSize }: ImageRecord,
  isRaw: boolean,
): Pick<SpaceNeed, "least" | "most"> {
  const most = size ?? 0;
  const least = isConvertible(diskFormat) ? most : 0;
  if (!isRaw) return { least, most };
  const copy = rawCopyNeed(most, virtualSize ?? most);
  return { least: least + copy.least, most: most + copy.most };
}

function clonesInCeph(config: Config): ToolError {
  return new ToolError(
    "config_invalid",
    "Cannot fill the cache of this host: [libvirt]images_type is 'rbd', and a cached file would prevent nova from cloning the image in Ceph",
    {
      hints: [
        `no fetch is needed here; it is set at ${config.originOf("libvirt.images_type")}`,
        "write to a file of your own with -o PATH",
      ],
    },
  );
}
