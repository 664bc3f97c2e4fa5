/**
 * The sparse extent of a VMDK, little-endian: header, descriptor at sector 1, and in
 * stream-optimized images possibly a footer that replaces the header. The rules are those of
 * `VMDKInspector` in oslo.utils, plus the checks of `vmdk_open_vmdk4` in qemu.
 *
 * @module
 */
import { isZero } from "@/bytes/zero_blocks.ts";
import { fields, hasText } from "@/formats/fields.ts";
import { cutShort, type Findings, findings, holding, type Reading } from "@/formats/format.ts";
import {
  checkDescriptor,
  DESCRIPTOR_MAX_SIZE,
  namesParent,
  PARENT_SEARCH_SIZE,
} from "@/formats/vmdk_descriptor.ts";

/** First bytes of a sparse extent. */
export const SPARSE_MAGIC = "KDMV";

const SECTOR = 512;
/** Grain directory offset that refers to the footer. */
const AT_END = 0xffff_ffff_ffff_ffffn;
const FOOTER_MARKER = 3;
const DEFLATE = 1;

/** qemu then opens the files in the descriptor. */
const NO_DISK = "has no disk of its own: it refers to other files";

interface Header {
  readonly magic: boolean;
  readonly version: number;
  /** In sectors, like all that follow. */
  readonly capacity: bigint;
  readonly descriptorOffset: bigint;
  readonly descriptorSize: bigint;
  readonly grainDirectory: bigint;
  /** The type that qemu uses, whatever the descriptor says. */
  readonly type: string;
}

/** Inspects a sparse extent with the first bytes `head`. */
export function* inspectSparse(head: Uint8Array): Reading<Findings> {
  const header = readHeader(head);
  const { capacity, type: subformat } = header;
  const disk = capacity * BigInt(SECTOR);
  if (capacity === 0n) return findings({ disk, references: [NO_DISK], subformat });
  const size = Math.min(Number(header.descriptorSize) * SECTOR, DESCRIPTOR_MAX_SIZE);
  const bytes = yield { offset: SECTOR, length: Math.max(size, PARENT_SEARCH_SIZE) };
  // Searched even if the header points elsewhere, because qemu does.
  const references = holding([[namesParent(bytes), "has a parent image"]]);
  const faults = checkHeader(header);
  if (faults.length > 0) return findings({ disk, references, problems: faults, subformat });
  const problems = bytes.length < size
    ? ["ends inside its descriptor"]
    : checkDescriptor(bytes.subarray(0, size));
  const unsafe = references.length + problems.length > 0;
  const found = findings({ disk, references, problems, subformat });
  if (unsafe || header.grainDirectory !== AT_END) return found;
  const footer = yield { tail: 3 * SECTOR };
  return footer.length < 3 * SECTOR
    ? cutShort("footer")
    : { ...found, problems: checkFooter(header, footer) };
}

function readHeader(bytes: Uint8Array): Header {
  const view = fields(bytes);
  return {
    magic: hasText(bytes, SPARSE_MAGIC),
    version: view.getUint32(4, true),
    capacity: view.getBigUint64(12, true),
    descriptorOffset: view.getBigUint64(28, true),
    descriptorSize: view.getBigUint64(36, true),
    grainDirectory: view.getBigUint64(56, true),
    type: view.getUint16(77, true) === DEFLATE ? "streamOptimized" : "monolithicSparse",
  };
}

function checkHeader({ version, descriptorOffset }: Header): readonly string[] {
  return holding([
    [version < 1 || version > 3, `is of version ${version}, supported are 1 to 3`],
    [descriptorOffset !== 1n, "has no descriptor at sector 1"],
  ]);
}

/** Footer marker, footer, end-of-stream marker: one sector each, the last one all zeros. */
function checkFooter(header: Header, bytes: Uint8Array): readonly string[] {
  const footer = readHeader(bytes.subarray(SECTOR, 2 * SECTOR));
  const same = footer.magic && footer.version === header.version &&
    footer.capacity === header.capacity && footer.type === header.type &&
    footer.descriptorOffset === header.descriptorOffset &&
    footer.descriptorSize === header.descriptorSize;
  return holding([
    [!same, "has a footer that contradicts its header"],
    [footer.grainDirectory === AT_END, "has a footer that points to another footer"],
    [!isFooterMarker(bytes.subarray(0, SECTOR)), "has an invalid footer marker"],
    [!isZero(bytes.subarray(2 * SECTOR)), "has an invalid end-of-stream marker"],
  ]);
}

/** Value u64, size u32, type u32, zeros: a marker has no size. */
function isFooterMarker(sector: Uint8Array): boolean {
  const view = fields(sector);
  return view.getUint32(8, true) === 0 && view.getUint32(12, true) === FOOTER_MARKER &&
    isZero(sector.subarray(16));
}
