/**
 * Compressed loop images of Knoppix (qemu block/cloop.c), which qemu-img recognizes and oslo.utils
 * does not.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import { findings, type Format } from "@/formats/format.ts";

const PREAMBLE = "#!/bin/sh\n#V2.0 Format\n" +
  "modprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";

/** cloop, version 2. */
export const cloop: Format = {
  name: "cloop",
  recognise({ bytes }) {
    if (!hasText(bytes, PREAMBLE)) return undefined;
    const header = fields(bytes);
    const disk = BigInt(header.getUint32(128)) * BigInt(header.getUint32(132));
    return () => findings({ disk });
  },
};
