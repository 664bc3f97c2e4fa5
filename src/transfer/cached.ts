/**
 * Recognizes an image that is in the cache already.
 *
 * @module
 */
import { isRawCopySize, mayBeRawCopy } from "@/cache/raw_copy.ts";
import type { FetchResult } from "@/transfer/result.ts";
import type { Context, FileInfo, Files } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/**
 * The result for a base file that exists, or `undefined` when there is none. Nova itself only asks
 * whether the file is there; a wrong length is the one lie that can be seen without reading it.
 *
 * @throws {ToolError} `size_mismatch`, if it cannot be this image; `cannot_create`, if it is no file.
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
      hints: ["look at what it is and move it away: ls -ld"],
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
 * Makes a base file young again: nova's cache manager removes what is unused and old. Libvirt gives
 * the files of its guests to the user of qemu, and only the owner sets times: then the image is there
 * all the same, and nothing but its next removal can be said against it.
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
  // A record that does not know a size cannot contradict one.
  if (record.size === null || size === record.size) return;
  if (isConverted && isRawCopySize(size, record) !== false) return;
  const plausible = [record.size, ...isConverted ? [record.virtualSize] : []];
  throw new ToolError(
    "size_mismatch",
    `Cannot use '${path}': it has ${size} bytes, expected ${plausible.join(" or ")}`,
    { hints: [`replace it: glance-direct fetch --force ${record.id}`] },
  );
}
