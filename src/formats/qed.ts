/**
 * QED (qemu docs/interop/qed_spec.rst): little-endian header at the start. Recognized only to
 * reject it, as in oslo.utils.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import { findings, type Format, holding } from "@/formats/format.ts";

/** QED. */
export const qed: Format = {
  name: "qed",
  recognise({ bytes }) {
    if (!hasText(bytes, "QED\0")) return undefined;
    const header = fields(bytes);
    return () =>
      findings({
        disk: header.getBigUint64(48, true),
        references: holding([[(header.getUint32(16, true) & 1) !== 0, "has a backing file"]]),
        problems: ["is a format that nova never accepts"],
      });
  },
};
