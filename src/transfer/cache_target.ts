/**
 * The place of an image in nova's cache, as nova's configuration wants it.
 *
 * @module
 */
import type { Publication } from "@/cache/ingest.ts";
import { basePath, cacheLayout } from "@/cache/paths.ts";
import { isConvertible } from "@/cache/raw_conversion.ts";
import type { Config } from "@/config/config.ts";
import type { Target } from "@/transfer/target.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/** Mode of a base file: nova and qemu read it as other users (nova's own files are 0644). */
export const BASE_MODE = 0o644;

/** Whether nova would convert this image (`fetch_to_raw` with `force_raw_images`). */
export function isMadeRaw(config: Config, record: ImageRecord): boolean {
  return config.get("DEFAULT.force_raw_images") && isConvertible(record.diskFormat);
}

/** Bytes that nova leaves to others (`[DEFAULT]reserved_host_disk_mb`). */
export function reservedSpace(config: Config): number {
  return config.get("DEFAULT.reserved_host_disk_mb") * (1 << 20);
}

/** The base file of an image. */
export function baseOf(config: Config, imageId: string): string {
  return basePath(cacheLayout(config), imageId);
}

/**
 * Where an image of the cache is written to.
 *
 * @throws {ToolError} `config_invalid`, if the host keeps its disks in Ceph: a base file there keeps
 * nova from cloning the image and makes it import the file instead (`Rbd.create_image`).
 */
export function cacheTarget(
  config: Config,
  record: ImageRecord,
  force: boolean,
): Exclude<Target, { kind: "output" }> {
  if (config.get("libvirt.images_type") === "rbd") throw clonesInCeph(config);
  const path = baseOf(config, record.id);
  const publication: Publication = {
    path,
    mode: BASE_MODE,
    replace: force,
    reserved: reservedSpace(config),
  };
  if (!isMadeRaw(config, record)) return { kind: "file", publication };
  const stallTimeout = config.get("glance_direct.stall_timeout");
  const { diskFormat, size, virtualSize } = record;
  const options = { diskFormat: diskFormat ?? "raw", size: size ?? 0, virtualSize, stallTimeout };
  return { kind: "raw", publication, options };
}

function clonesInCeph(config: Config): ToolError {
  return new ToolError(
    "config_invalid",
    "Cannot fill the cache of this host: [libvirt]images_type is 'rbd', and a cached file would keep nova from cloning the image in Ceph",
    {
      hints: [
        `nothing need be fetched here; it is set at ${config.originOf("libvirt.images_type")}`,
        "write to a file of your own with -o PATH",
      ],
    },
  );
}
