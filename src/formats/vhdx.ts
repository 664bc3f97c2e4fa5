/**
 * VHDX (MS-VHDX 1.0): signature at the start, two headers at 64 and 128 KiB, a region table at 192
 * KiB, and a metadata region that may be anywhere behind. oslo.utils only reads the size; this file
 * also checks the parent and the log.
 *
 * @module
 */
import { isZero } from "@/bytes/zero_blocks.ts";
import { fields, hasText, latin1 } from "@/formats/fields.ts";
import {
  claimsTable,
  cutShort,
  type Findings,
  findings,
  type Format,
  holding,
  type Reading,
} from "@/formats/format.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const HEADERS = { offset: 64 * KIB, length: 128 * KIB };
const SECOND_HEADER = 64 * KIB;
const REGION_TABLE = { offset: 192 * KIB, length: 64 * KIB };
const METADATA_TABLE_SIZE = 64 * KIB;
const ENTRY_SIZE = 32;
const MAX_ENTRIES = 2047;
const ITEM_SIZE = 8;
const HAS_PARENT = 2;

const BLOCK_TABLE_REGION = guid("2dc27766-f623-4200-9d64-115e9bfd4a08");
const METADATA_REGION = guid("8b7ca206-4790-4b9a-b8fe-575f050f886e");
const VIRTUAL_DISK_SIZE = guid("2fa54224-cd1b-4876-b211-5dbed83bf4b8");
const FILE_PARAMETERS = guid("caa16737-fa36-4d43-b3b6-33f0aa44e76b");

/** VHDX. */
export const vhdx: Format = {
  name: "vhdx",
  recognise: ({ bytes }) => hasText(bytes, "vhdxfile") ? inspect : undefined,
};

function* inspect(): Reading<Findings> {
  const headers = yield HEADERS;
  const log = hasLog(headers);
  const regions = yield REGION_TABLE;
  if (regions.length < REGION_TABLE.length) return cutShort("region table");
  const layout = { signature: "regi", count: fields(regions).getUint32(8, true), start: 16 };
  const region = find(regions, layout, METADATA_REGION);
  const offset = Number(region?.getBigUint64(16, true) ?? 0n);
  // MS-VHDX 2.2.3.2: a region starts at a multiple of 1 MiB, but not in the first.
  if (offset === 0 || offset % MIB !== 0) return malformed("region table");
  const table = yield { offset, length: METADATA_TABLE_SIZE };
  if (table.length < METADATA_TABLE_SIZE) return cutShort("metadata");
  const blocks = find(regions, layout, BLOCK_TABLE_REGION)?.getUint32(24, true) ?? 0;
  const found = yield* inspectMetadata(table, offset, log);
  return { ...found, problems: [...found.problems, ...holding([claimsTable(blocks)])] };
}

function* inspectMetadata(table: Uint8Array, region: number, log: boolean): Reading<Findings> {
  const count = fields(table).getUint16(10, true);
  const layout = { signature: "metadata", count, start: 32 };
  const size = find(table, layout, VIRTUAL_DISK_SIZE)?.getUint32(16, true) ?? 0;
  const parameters = find(table, layout, FILE_PARAMETERS)?.getUint32(16, true) ?? 0;
  const first = Math.min(size, parameters);
  const last = Math.max(size, parameters);
  // Items follow the table; in every known file they are in the first MiB of the region.
  if (first < METADATA_TABLE_SIZE || last > MIB - ITEM_SIZE) return malformed("metadata");
  const length = last + ITEM_SIZE - first;
  const items = yield { offset: region + first, length };
  if (items.length < length) return cutShort("metadata");
  const view = fields(items);
  const flags = view.getUint32(parameters - first + 4, true);
  return findings({
    disk: view.getBigUint64(size - first, true),
    references: holding([[(flags & HAS_PARENT) !== 0, "has a parent"]]),
    // A program that opens it first replays the log, which can change everything that is read here.
    problems: holding([[log, "was not closed cleanly: its log must be replayed"]]),
  });
}

/** Whether the current one of the two headers, with the higher sequence number, has a log. */
function hasLog(headers: Uint8Array): boolean {
  const current = [headers, headers.subarray(SECOND_HEADER)]
    .filter((header) => header.length >= 80 && hasText(header, "head"))
    .sort((a, b) => Number(sequence(b) - sequence(a)))[0];
  return current !== undefined && !isZero(current.subarray(48, 64));
}

function sequence(header: Uint8Array): bigint {
  return fields(header).getBigUint64(8, true);
}

/** The layout of a table. */
interface Layout {
  /** Its signature. */
  readonly signature: string;
  /** Number of entries. */
  readonly count: number;
  /** Offset of the entries. */
  readonly start: number;
}

/** The one entry with an id; none if the table is invalid or has two of them, as in qemu. */
function find(table: Uint8Array, layout: Layout, id: string): DataView | undefined {
  const { signature, count, start } = layout;
  if (!hasText(table, signature) || count > MAX_ENTRIES) return undefined;
  const found = Array.from({ length: count }, (_, index) => start + index * ENTRY_SIZE)
    .filter((at) => hasText(table, id, at));
  const [at] = found;
  return at !== undefined && found.length === 1 ? fields(table.subarray(at)) : undefined;
}

function malformed(where: string): Findings {
  return findings({ disk: null, problems: [`has a malformed ${where}`] });
}

/** A GUID as stored in a file, as a text of 16 bytes: its first three numbers are little-endian. */
function guid(text: string): string {
  const bytes = Uint8Array.from(
    text.replaceAll("-", "").match(/../g) ?? [],
    (hex) => parseInt(hex, 16),
  );
  for (const [from, to] of [[0, 4], [4, 6], [6, 8]]) bytes.subarray(from, to).reverse();
  return latin1(bytes);
}
