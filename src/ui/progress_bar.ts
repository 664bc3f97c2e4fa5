/**
 * The progress line: pure functions of what is known.
 *
 * @module
 */
import { formatBytes, formatSeconds } from "@/human_units.ts";

/** What a progress line shows. */
export interface ProgressState {
  /** What to call the transfer: the source, or the image where there are several. */
  readonly label: string;
  /** Bytes of the image that are written and hashed. */
  readonly position: number;
  /** Bytes of the image. */
  readonly size: number;
  /** Bytes of the image a second, on average; 0 while unknown. */
  readonly rate: number;
  /** Whether enough has come to tell how long the rest takes. */
  readonly isSteady: boolean;
}

/** Images that are to be transferred by one run, those that are done with included. */
export interface Batch {
  /** How many. */
  readonly count: number;
  /** Their bytes. */
  readonly size: number;
  /** How many are done with. */
  readonly done: number;
  /** The bytes of those. */
  readonly doneSize: number;
}

/**
 * Several transfers as one. A line for each would need cursor movement that fails at the bottom of a
 * terminal and when it is resized; one line for all never does, and is what people wait for.
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

/** Widest and narrowest bar, in columns. */
const WIDEST = 40;
const NARROWEST = 8;

/** The line for a terminal of so many columns; never longer, no newline. */
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

/** As many whole parts as fit, because a number that is cut is another number. */
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
