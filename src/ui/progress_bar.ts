/**
 * The progress line: a pure function of what is known.
 *
 * @module
 */
import { formatBytes, formatSeconds } from "@/ui/format.ts";

/** What a progress line shows. */
export interface ProgressState {
  /** What to call the transfer: the source, or the image where there are several. */
  readonly label: string;
  /** Bytes of the image that are written and hashed. */
  readonly position: number;
  /** Bytes of the image. */
  readonly size: number;
  /** Bytes of the image a second, lately; 0 while unknown. */
  readonly rate: number;
}

/** Widest and narrowest bar, in columns. */
const WIDEST = 40;
const NARROWEST = 8;

/** The line for a terminal of so many columns; never longer, no newline. */
export function renderProgress(state: ProgressState, columns: number): string {
  const { label, position, size, rate } = state;
  const share = size === 0 ? 1 : Math.min(1, position / size);
  const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
  const amount = `${formatBytes(position)}/${formatBytes(size)}`;
  const speed = rate === 0 ? "" : `${formatBytes(rate)}/s`;
  const eta = rate === 0 ? "" : `eta ${formatSeconds((size - position) / rate)}`;
  const rest = [percent, amount, speed, eta].filter((part) => part !== "").join("  ");
  const room = columns - 1 - label.length - rest.length - 5;
  if (room < NARROWEST) return `${label} ${rest}`.slice(0, Math.max(0, columns - 1));
  return `${label} [${bar(share, Math.min(WIDEST, room))}]  ${rest}`;
}

function bar(share: number, width: number): string {
  const filled = Math.floor(share * width);
  const head = filled < width ? ">" : "";
  return `${"#".repeat(filled)}${head}${"-".repeat(width - filled - head.length)}`;
}
