/**
 * The progress line, as pure functions.
 *
 * @module
 */
import { formatBytes, formatSeconds } from "@/human_units.ts";

/** The content of a progress line. */
export interface ProgressState {
  /** Name of the transfer: the source, or the image if there are several. */
  readonly label: string;
  /** Bytes of the image that are written and hashed. */
  readonly position: number;
  /** Bytes of the image. */
  readonly size: number;
  /** Average bytes of the image per second; 0 while unknown. */
  readonly rate: number;
  /** Whether enough data has arrived to estimate the remaining time. */
  readonly isSteady: boolean;
}

/** Images of one run, including finished ones. */
export interface Batch {
  /** How many. */
  readonly count: number;
  /** Their bytes. */
  readonly size: number;
  /** Number of finished images. */
  readonly done: number;
  /** Bytes of the finished images. */
  readonly doneSize: number;
}

/**
 * Several transfers as one. A line for each would need cursor movement, which fails at the bottom
 * of a terminal and when it is resized; one line for all always works, and shows what users wait
 * for.
 */
export function combined(states: readonly ProgressState[], batch?: Batch): ProgressState {
  const [first] = states;
  if (states.length === 1 && first !== undefined && batch === undefined) return first;
  const sum = (of: (state: ProgressState) => number) =>
    states.reduce((total, state) => total + of(state), 0);
  const { count, done, doneSize, size } = batch ??
    { count: states.length, done: 0, doneSize: 0, size: sum((state) => state.size) };
  const position = doneSize + sum((state) => state.position);
  const isSteady = states.some((state) => state.isSteady);
  const rate = sum((state) => state.rate);
  return { label: `${done}/${count} images`, position, size, rate, isSteady };
}

/** The state in words, for a log. */
export function progressText({ label, position, rate, size }: ProgressState): string {
  const percent = Math.floor(shareOf(position, size) * 100);
  const amount = `${formatBytes(position)} of ${formatBytes(size)}`;
  const speed = rate === 0 ? "" : `, ${formatBytes(rate)}/s`;
  return `${label}: ${percent}%, ${amount}${speed}`;
}

function shareOf(position: number, size: number): number {
  return size === 0 ? 1 : Math.min(1, position / size);
}

/** Maximum and minimum width of the bar, in columns. */
const WIDEST = 40;
const NARROWEST = 8;

/** The line for a terminal of this many columns; never longer, without a newline. */
export function renderProgress(state: ProgressState, columns: number): string {
  const { isSteady, label, position, size, rate } = state;
  const share = shareOf(position, size);
  const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
  const amount = `${formatBytes(position)}/${formatBytes(size)}`;
  const speed = rate === 0 ? "" : `${formatBytes(rate)}/s`;
  const eta = rate === 0 || !isSteady
    ? ""
    : `eta ${formatSeconds(Math.max(0, size - position) / rate)}`;
  const parts = [percent, amount, speed, eta].filter((part) => part !== "");
  const rest = parts.join("  ");
  const room = columns - 1 - label.length - rest.length - 5;
  if (room < NARROWEST) return withoutBar([`${label} ${percent}`, ...parts.slice(1)], columns);
  return `${label} [${bar(share, Math.min(WIDEST, room))}]  ${rest}`;
}

/** As many whole parts as fit, because a truncated number is a wrong number. */
function withoutBar(parts: readonly string[], columns: number): string {
  const line = parts.join("  ");
  if (line.length < columns) return line;
  if (parts.length > 1) return withoutBar(parts.slice(0, -1), columns);
  return line.slice(0, Math.max(0, columns - 1));
}

function bar(share: number, width: number): string {
  const filled = Math.floor(share * width);
  const head = filled < width ? ">" : "";
  return `${"#".repeat(filled)}${head}${"-".repeat(width - filled - head.length)}`;
}
