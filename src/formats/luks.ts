/**
 * LUKS version 1 (LUKS1 On-Disk Format Specification 1.2): big-endian header of 592 bytes, then key
 * material, then the encrypted disk to the end. qemu supports no other version.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import {
  cutShort,
  type Findings,
  findings,
  type Format,
  HEAD_SIZE,
  holding,
  type Reading,
} from "@/formats/format.ts";

const HEADER_SIZE = 592;
const SECTOR = 512;

/** LUKS; version 2 is recognized and rejected. */
export const luks: Format = {
  name: "luks",
  recognise: ({ bytes }) =>
    hasText(bytes, "LUKS\xba\xbe") ? () => inspect(fields(bytes)) : undefined,
};

function* inspect(header: DataView): Reading<Findings> {
  const version = header.getUint16(6);
  const from = header.getUint32(104) * SECTOR;
  const problems = holding([
    [version !== 1, `is of version ${version}, supported is 1`],
    [from < HEADER_SIZE, "has its data inside its header"],
  ]);
  if (problems.length > 0) return findings({ disk: null, problems });
  const slots = yield { offset: HEAD_SIZE, length: HEADER_SIZE - HEAD_SIZE };
  if (slots.length < HEADER_SIZE - HEAD_SIZE) return cutShort("header");
  const last = yield { offset: from - 1, length: 1 };
  if (last.length === 0) return cutShort("key material");
  return findings({ disk: { from }, obstacles: ["is encrypted (LUKS)"] });
}
