/**
 * Recognizes a base that is not the unchanged image but the raw disk that `fetch_to_raw` made from
 * it: this program's or nova's own (nova/virt/images.py). Glance has no hash for it, so its size
 * and its first bytes decide.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { headFormat } from "@/formats/raw_head.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/** Formats that are raw to qemu-img: nova caches them unchanged, even with `force_raw_images`. */
const VERBATIM = ["raw", "iso", "gpt", "ami", "aki", "ari"];

const SECTOR = 512;

/** The largest cylinder of a VHD: 16 heads of 255 sectors. */
const VHD_CYLINDER = 16 * 255 * SECTOR;

/** The fields of a record that are compared. */
export type DiskRecord = Pick<ImageRecord, "id" | "diskFormat" | "size" | "virtualSize">;

/** Whether a base of this `disk_format` may be a raw copy of the image. */
export function mayBeRawCopy(diskFormat: string | null): boolean {
  return !VERBATIM.includes(diskFormat ?? "");
}

/** Whether a raw file can be the disk: qemu's are whole sectors, a qcow2's are rounded down. */
export function isDiskSize(bytes: number, virtualSize: number): boolean {
  return bytes % SECTOR === 0 && Math.abs(bytes - virtualSize) < SECTOR;
}

/**
 * Whether a file can be the raw copy of an image, by its size. A VHD has two sizes, and the one in
 * cylinders may be up to a cylinder smaller; qemu chooses by the creator of the file.
 *
 * @returns `undefined` if the record has no virtual size.
 */
export function isRawCopySize(
  bytes: number,
  { diskFormat, virtualSize }: Pick<DiskRecord, "diskFormat" | "virtualSize">,
): boolean | undefined {
  if (!virtualSize) return undefined; // Glance says 0 where its inspector could not tell
  if (diskFormat !== "vhd") return isDiskSize(bytes, virtualSize);
  return bytes % SECTOR === 0 && Math.abs(bytes - virtualSize) < VHD_CYLINDER;
}

/**
 * Whether a file is the raw copy of an image rather than the image itself. Records without
 * `virtual_size` are common (Glance before 2021.1, images added by location); then the first bytes
 * of the file decide, and if its length also equals the image's, whether this host converts.
 *
 * @param converts Whether nova converts on this host (`[DEFAULT]force_raw_images`).
 * @throws {ToolError} `size_mismatch`, if it is neither; `permission_denied` or `io`.
 */
export function isRawCopy(
  files: Pick<Files, "open">,
  record: DiskRecord,
  path: string,
  converts: boolean,
): boolean {
  if (!mayBeRawCopy(record.diskFormat)) return false;
  using file = files.open(path);
  const { size } = file.stat();
  if (headFormat(file) === record.diskFormat) return false;
  const fits = isRawCopySize(size, record) ?? size % SECTOR === 0;
  // A fixed VHD begins with its disk and has its only header at the end.
  if (size === record.size) return fits && converts && record.diskFormat !== "vhd";
  if (fits && size > 0) return true;
  throw neither(record, path, size);
}

function neither({ id, diskFormat, size, virtualSize }: DiskRecord, path: string, bytes: number) {
  const raw = virtualSize ? `${virtualSize} as raw` : "whole sectors as raw";
  return new ToolError(
    "size_mismatch",
    `Cannot verify '${path}': it has ${bytes} bytes, expected ${size} as ${diskFormat} or ${raw}`,
    { hints: [`replace it: glance-direct fetch --force ${id}`] },
  );
}
