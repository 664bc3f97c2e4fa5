/**
 * ISO 9660 (ECMA-119 §8.4) and UDF (ECMA-167 §2/9): the first volume descriptor at 32 KiB. The
 * bytes before it are free, so an ISO may be another format at the same time.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import { findings, type Format } from "@/formats/format.ts";

const SECTOR = 2048;
const PRIMARY = 1;

/** ISO 9660 and UDF. */
export const iso: Format = {
  name: "iso",
  *recognise() {
    const descriptor = yield { offset: 16 * SECTOR, length: SECTOR };
    const known = ["CD001", "NSR02", "NSR03"].some((name) => hasText(descriptor, name, 1));
    if (descriptor.length < SECTOR || !known) return undefined;
    const view = fields(descriptor);
    const disk = view.getUint8(0) === PRIMARY
      ? BigInt(view.getUint32(80, true)) * BigInt(view.getUint16(128, true))
      : null;
    return () => findings({ disk });
  },
};
