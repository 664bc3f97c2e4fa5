/**
 * Finds an image that is already in the cache.
 *
 * @module
 */
import { isRawCopySize, mayBeRawCopy } from "@/cache/raw_copy.ts";
import type { FetchResult } from "@/transfer/result.ts";
import type { Context, FileInfo, Files } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/**
 * The result for a base file that exists, or `undefined`. Nova only checks that the file exists; a
 * wrong length is the one fault that is visible without reading it.
 *
 * @throws {ToolError} `size_mismatch`, if it cannot be this image; `cannot_create`, if it is not a
 * regular file.
 */
export function cachedResult(
  files: Pick<Files, "lstat">,
  record: ImageRecord,
  path: string,
): FetchResult | undefined {
  const info = files.lstat(path);
  if (info === undefined) return undefined;
  if (!info.isFile) {
    throw new ToolError("cannot_create", `Cannot use '${path}': it is not a regular file`, {
      hints: ["check what it is and move it away: ls -ld"],
    });
  }
  expectPlausible(record, path, info);
  return {
    image: { id: record.id, name: record.name, size: record.size, disk_format: record.diskFormat },
    path,
    outcome: "cached",
    source: null,
    attempts: [],
    bytes: {
      image: record.size ?? info.size,
      transferred: 0,
      allocated: info.allocated,
      file: info.size,
    },
    verified: { size: true, hash: null, signature: null, format: null },
    seconds: 0,
  };
}

/**
 * Updates the mtime of a base file: nova's cache manager removes unused, old ones. Libvirt may
 * chown the files of running guests to the qemu user, and only the owner can set times. The image
 * is then still valid; it is only removed earlier.
 */
export function touchBase(
  { clock, files, log }: Pick<Context, "clock" | "files" | "log">,
  path: string,
): void {
  try {
    files.touch(path, clock.now());
  } catch (error) {
    log("warning", `Nova may remove '${path}' once it is unused: ${messageOf(error)}`);
  }
}

function expectPlausible(record: ImageRecord, path: string, { size }: FileInfo): void {
  const isConverted = mayBeRawCopy(record.diskFormat);
  // A record without a size cannot contradict one.
  if (record.size === null || size === record.size) return;
  if (isConverted && isRawCopySize(size, record) !== false) return;
  const plausible = [record.size, ...isConverted ? [record.virtualSize] : []];
  throw new ToolError(
    "size_mismatch",
    `Cannot use '${path}': it has ${size} bytes, expected ${plausible.join(" or ")}`,
    { hints: [`replace it: glance-direct fetch --force ${record.id}`] },
  );
}
