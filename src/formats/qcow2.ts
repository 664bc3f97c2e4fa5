/**
 * qcow2 (qemu docs/interop/qcow2.rst): big-endian header at the start. The rules are those of
 * `QcowInspector` in oslo.utils, plus the limits of qemu itself.
 *
 * @module
 */
import { fields, hasText } from "@/formats/fields.ts";
import { type Findings, findings, type Format, holding } from "@/formats/format.ts";

const EXTERNAL_DATA_FILE = 2n;
/** Dirty, corrupt, external data file, compression type: the bits that nova knows. */
const KNOWN_FEATURES = 4n;
const ENCRYPTIONS = ["none", "AES", "LUKS"];

/** qcow2, versions 2 and 3; others are recognized as well, and rejected. Version 1 is `qcow`. */
export const qcow2: Format = {
  name: "qcow2",
  recognise: ({ bytes }) =>
    hasText(bytes, "QFI\xfb") && fields(bytes).getUint32(4) !== 1
      ? () => inspect(fields(bytes))
      : undefined,
};

function inspect(header: DataView): Findings {
  const version = header.getUint32(4);
  const clusterBits = header.getUint32(20);
  // Version 2 ends before the feature bits; a header extension follows there.
  const features = version === 2 ? 0n : header.getBigUint64(72);
  const encryption = header.getUint32(32);
  return findings({
    disk: header.getBigUint64(24),
    references: holding([
      [header.getBigUint64(8) !== 0n, "has a backing file"],
      [hasBit(features, EXTERNAL_DATA_FILE), "keeps its data in another file"],
    ]),
    problems: holding([
      [version !== 2 && version !== 3, `is of version ${version}, supported are 2 and 3`],
      [features >> KNOWN_FEATURES !== 0n, `uses ${nameFeatures(features)}`],
      [clusterBits < 9 || clusterBits > 21, `has cluster_bits ${clusterBits}, valid are 9 to 21`],
      [encryption >= ENCRYPTIONS.length, `is encrypted by the unknown method ${encryption}`],
    ]),
    obstacles: holding([
      [encryption !== 0, `is encrypted (${ENCRYPTIONS[encryption] ?? "unknown method"})`],
    ]),
    notes: holding([
      [hasBit(features, 0n), "was not closed cleanly (dirty)"],
      [hasBit(features, 1n), "is marked corrupt"],
    ]),
  });
}

/** nova rejects bits that oslo.utils does not know, including extended L2 entries (bit 4). */
function nameFeatures(features: bigint): string {
  return features >> KNOWN_FEATURES === 1n
    ? "extended L2 entries, which nova refuses"
    : `unknown incompatible features 0x${
      (features >> KNOWN_FEATURES << KNOWN_FEATURES).toString(16)
    }`;
}

function hasBit(features: bigint, bit: bigint): boolean {
  return (features >> bit & 1n) === 1n;
}
