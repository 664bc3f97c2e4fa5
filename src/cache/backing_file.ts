/**
 * The name of the backing file of a qcow2 disk, read from its header alone (qemu
 * docs/interop/qcow2.rst): `qemu-img info` would open the whole chain and fail on a missing link.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";
import { fields, hasText } from "@/formats/fields.ts";

/** Magic, version, offset and length of the name. */
const HEADER_SIZE = 20;

/** Longest name that qemu accepts, and the largest cluster: the name must be in the first one. */
const LONGEST_NAME = 1023;
const LARGEST_CLUSTER = 1 << 21;

/**
 * The path of the backing file as in the header, possibly relative to the disk's directory;
 * `undefined` for a disk without one, and for a file that is not qcow2.
 *
 * @throws {ToolError} `io`.
 */
export function backingFileOf(disk: Pick<OpenFile, "readAt">): string | undefined {
  const header = read(disk, 0, HEADER_SIZE);
  if (header.length < HEADER_SIZE || !hasText(header, "QFI\xfb")) return undefined;
  const offset = Number(fields(header).getBigUint64(8));
  const length = fields(header).getUint32(16);
  if (offset === 0 || offset > LARGEST_CLUSTER) return undefined;
  if (length === 0 || length > LONGEST_NAME) return undefined;
  return pathIn(new TextDecoder().decode(read(disk, offset, length)));
}

/** qemu's forms of a path: plain, `file:…`, or `json:{…}` with the name inside. */
function pathIn(name: string): string | undefined {
  if (!name.startsWith("json:")) return name.replace(/^file:/, "");
  return /"(?:file\.)?filename"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(name)?.[1]
    ?.replaceAll(/\\(.)/g, "$1");
}

function read(disk: Pick<OpenFile, "readAt">, offset: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = disk.readAt(buffer.subarray(filled), offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}
