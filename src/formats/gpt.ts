/**
 * A partitioned disk: MBR, and GPT by its protective MBR (UEFI 2.10 §5.2). The rules are those of
 * `GPTInspector` in oslo.utils; Glance and nova call both `gpt`.
 *
 * @module
 */
import { fields } from "@/formats/fields.ts";
import { findings, type Format, holding } from "@/formats/format.ts";

const PROTECTIVE = 0xee;
/** CHS 0/0/2: right after the MBR. */
const PROTECTIVE_START = 0x000200;

interface Entry {
  readonly boot: number;
  /** Head, sector and track, one byte each. */
  readonly startChs: number;
  readonly type: number;
  readonly startLba: number;
}

/** MBR and GPT; not a FAT file system, whose boot sector has the same signature. */
export const gpt: Format = {
  name: "gpt",
  recognise({ bytes }) {
    const sector = fields(bytes);
    if (sector.getUint16(510, true) !== 0xaa55 || isFat(sector)) return undefined;
    return () => findings({ disk: { from: 0 }, problems: check(entries(sector)) });
  },
};

/** Two FATs and the media type of a fixed disk: sufficient for oslo.utils, so also for us. */
function isFat(sector: DataView): boolean {
  return sector.getUint8(16) === 2 && sector.getUint8(21) === 0xf8;
}

function entries(sector: DataView): readonly Entry[] {
  return [446, 462, 478, 494].map((at) => ({
    boot: sector.getUint8(at),
    startChs: sector.getUint32(at) & 0xffffff,
    type: sector.getUint8(at + 4),
    startLba: sector.getUint32(at + 8, true),
  }));
}

function check(table: readonly Entry[]): readonly string[] {
  const used = table.filter((entry) => entry.type !== 0);
  const protective = used.filter((entry) => entry.type === PROTECTIVE);
  return holding([
    [table.some(({ boot }) => boot !== 0 && boot !== 0x80), "has an MBR with an invalid boot flag"],
    [used.length === 0, "has an MBR without partitions"],
    [
      protective.some(({ startLba }) => startLba !== 1),
      "has a protective MBR that does not start at sector 1",
    ],
    [
      protective.some(({ startChs }) => startChs !== PROTECTIVE_START),
      "has a protective MBR whose starting CHS is not 0/0/2",
    ],
    [
      protective.length > 0 && (used.length > 1 || table[0]?.type !== PROTECTIVE),
      "has a protective MBR with other partitions",
    ],
  ]);
}
