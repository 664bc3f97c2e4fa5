/**
 * qcow version 1 (qemu block/qcow.c): obsolete; Glance has no name for it and nova never accepts
 * it.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import { findings, type Format, holding } from "@/formats/format.ts";

/** qcow version 1, by qemu's name. */
export const qcow: Format = {
  name: "qcow",
  recognise({ bytes }) {
    const header = fields(bytes);
    if (!hasText(bytes, "QFI\xfb") || header.getUint32(4) !== 1) return undefined;
    return () =>
      findings({
        disk: header.getBigUint64(24),
        references: holding([[header.getBigUint64(8) !== 0n, "has a backing file"]]),
      });
  },
};
