/**
 * VHD, which qemu calls vpc (Microsoft "Virtual Hard Disk Image Format Specification"): dynamic disks
 * have a copy of the big-endian footer at the start. A fixed VHD has it only at the end, so it is raw
 * for oslo.utils, for qemu and for us.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import { findings, type Format, holding } from "@/formats/format.ts";

const FIXED = 2;
const DYNAMIC = 3;
const DIFFERENCING = 4;

/** Dynamic VHD. */
export const vhd: Format = {
  name: "vhd",
  recognise({ bytes }) {
    if (!hasText(bytes, "conectix")) return undefined;
    const header = fields(bytes);
    const type = header.getUint32(60);
    return () =>
      findings({
        disk: header.getBigUint64(40),
        references: holding([[type === DIFFERENCING, "is a differencing disk: it has a parent"]]),
        problems: holding([
          [![FIXED, DYNAMIC, DIFFERENCING].includes(type), `is of the unknown disk type ${type}`],
        ]),
      });
  },
};
