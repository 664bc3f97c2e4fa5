/**
 * Growing images of Bochs (qemu block/bochs.c), which qemu-img recognizes and oslo.utils does not.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import { findings, type Format } from "@/formats/format.ts";

const VERSION_1 = 0x00010000;
const VERSION_2 = 0x00020000;

/** Bochs. */
export const bochs: Format = {
  name: "bochs",
  recognise({ bytes }) {
    const header = fields(bytes);
    const version = header.getUint32(64, true);
    const words = hasText(bytes, "Bochs Virtual HD Image\0") &&
      hasText(bytes, "Redolog\0", 32) && hasText(bytes, "Growing\0", 48);
    if (!words || (version !== VERSION_1 && version !== VERSION_2)) return undefined;
    const disk = header.getBigUint64(version === VERSION_1 ? 84 : 88, true);
    return () => findings({ disk });
  },
};
