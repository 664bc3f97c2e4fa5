/**
 * VHD, qemu's vpc (Microsoft "Virtual Hard Disk Image Format Specification"): dynamic disks have a
 * copy of the big-endian footer at the start. A fixed VHD has it only at the end, so it is raw for
 * oslo.utils, for qemu and for us.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import {
  claimsTable,
  type Findings,
  findings,
  type Format,
  holding,
  type Reading,
} from "@/formats/format.ts";

const FIXED = 2;
const DYNAMIC = 3;
const DIFFERENCING = 4;

/** Offset of the number of blocks in the header of a dynamic disk, and its end. */
const BLOCKS = { from: 28, to: 32 };

/** Offset of the checksum in the footer. */
const CHECKSUM = { from: 64, to: 68 };

/** Dynamic VHD. */
export const vhd: Format = {
  name: "vhd",
  recognise: ({ bytes }) => hasText(bytes, "conectix") ? () => inspect(bytes) : undefined,
};

function* inspect(footer: Uint8Array): Reading<Findings> {
  const view = fields(footer);
  const type = view.getUint32(60);
  const found = findings({
    disk: view.getBigUint64(40),
    references: holding([[type === DIFFERENCING, "is a differencing disk: it has a parent"]]),
    problems: holding([
      [![FIXED, DYNAMIC, DIFFERENCING].includes(type), `is of the unknown disk type ${type}`],
      [view.getUint32(CHECKSUM.from) !== checksum(footer), "has a wrong checksum"],
    ]),
  });
  if (type !== DYNAMIC || found.problems.length > 0) return found;
  const offset = Number(view.getBigUint64(16));
  if (offset < footer.length) return { ...found, problems: ["has its header inside its footer"] };
  const header = yield { offset, length: BLOCKS.to };
  // Without this number, qemu does not open it.
  if (header.length < BLOCKS.to) return found;
  return {
    ...found,
    problems: holding([
      [!hasText(header, "cxsparse"), "has no header of a dynamic disk"],
      claimsTable(fields(header).getUint32(BLOCKS.from) * 4),
    ]),
  };
}

/** The complement of the sum of all other bytes: qemu requires it (`vpc_checksum`). */
function checksum(footer: Uint8Array): number {
  const sum = footer.reduce((total, byte, at) => {
    return at >= CHECKSUM.from && at < CHECKSUM.to ? total : total + byte;
  }, 0);
  return ~sum >>> 0;
}
