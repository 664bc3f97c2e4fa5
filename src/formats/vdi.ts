/**
 * VDI of VirtualBox (qemu block/vdi.c): little-endian header of 512 bytes at the start.
 *
 * @module
 */
import { isZero } from "@/bytes/zero_blocks.ts";
import { fields, hasText } from "@/formats/fields.ts";
import { claimsTable, findings, type Format, holding } from "@/formats/format.ts";

const DYNAMIC = 1;
const STATIC = 2;

/** VDI. oslo.utils does not check the image type and the two parent ids, but qemu does. */
export const vdi: Format = {
  name: "vdi",
  recognise({ bytes }) {
    if (!hasText(bytes, "\x7f\x10\xda\xbe", 64)) return undefined;
    const header = fields(bytes);
    const type = header.getUint32(76, true);
    return () =>
      findings({
        disk: header.getBigUint64(368, true),
        references: holding([[!isZero(bytes.subarray(424, 456)), "has a parent image"]]),
        problems: holding([
          [type !== DYNAMIC && type !== STATIC, `is of image type ${type}, supported are 1 and 2`],
          claimsTable(header.getUint32(384, true) * 4),
        ]),
      });
  },
};
