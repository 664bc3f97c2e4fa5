/**
 * Parallels expandable images, Glance's `ploop` (qemu docs/interop/parallels.rst). oslo.utils does
 * not support them but qemu-img does, so nova rejects them after `qemu-img info`.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import { findings, type Format } from "@/formats/format.ts";

const SECTOR = 512n;

/** Parallels, by qemu's name. */
export const parallels: Format = {
  name: "parallels",
  recognise({ bytes }) {
    const old = hasText(bytes, "WithoutFreeSpace");
    const header = fields(bytes);
    if (!old && !hasText(bytes, "WithouFreSpacExt")) return undefined;
    if (header.getUint32(16, true) !== 2) return undefined;
    const sectors = old ? BigInt(header.getUint32(36, true)) : header.getBigUint64(36, true);
    return () => findings({ disk: sectors * SECTOR });
  },
};
