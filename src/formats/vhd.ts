/**
 * VHD, which qemu calls vpc (Microsoft "Virtual Hard Disk Image Format Specification"): dynamic disks
 * have a copy of the big-endian footer at the start. A fixed VHD has it only at the end, so it is raw
 * for oslo.utils, for qemu and for us.
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

/** Where the number of blocks stands in the header of a dynamic disk. */
const BLOCKS = 28;

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
    ]),
  });
  if (type !== DYNAMIC || found.problems.length > 0) return found;
  const offset = Number(view.getBigUint64(16));
  if (offset < footer.length) return { ...found, problems: ["has its header inside its footer"] };
  const blocks = yield { offset: offset + BLOCKS, length: 4 };
  // Without the number, qemu does not open it.
  if (blocks.length < 4) return found;
  return { ...found, problems: holding([claimsTable(fields(blocks).getUint32(0) * 4)]) };
}
