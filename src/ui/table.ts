/**
 * Rows in columns, for terminals and for `grep`.
 *
 * @module
 */
import { oneLine } from "@/ui/one_line.ts";
import { hungAt, wrapSentence } from "@/ui/wrap.ts";

/** How to fit a table. */
export interface TableOptions {
  /** Columns of the terminal. @default {Infinity} */
  readonly columns?: number;
  /** Columns of the table that may be cut to this many characters, the least useful first. */
  readonly shorten?: readonly (readonly [column: number, length: number])[];
  /** Whether the last column has sentences, which are broken between words. @default {false} */
  readonly isProse?: boolean;
}

const GAP = "  ";

/**
 * The lines of a table, with two blanks between columns and no trailing blanks. If it is too wide
 * even when shortened, a long cell ends its line and the row continues below; a cell is never
 * broken, unless it is a sentence.
 *
 * @param head Names of the columns.
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { columns = Infinity, isProse = false, shorten = [] }: TableOptions = {},
): string {
  const all = [head, ...rows].map((row) => row.map(oneLine));
  const cells = shorten.reduce(
    (table, [column, least]) => cut(table, column, least, columns),
    all,
  );
  const widths = isProse ? withProse(widthsOf(cells), columns) : fitted(widthsOf(cells), columns);
  const room = isProse ? widths.at(-1) ?? 0 : Infinity;
  return cells.map((row) => line(row, widths, columns, room)).join("\n");
}

type Cells = readonly (readonly string[])[];

function widthsOf(cells: Cells): readonly number[] {
  return (cells[0] ?? []).map((_name, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0))
  );
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
}

/** Shortens one column by the excess width of the table. */
function cut(cells: Cells, column: number, least: number, columns: number): string[][] {
  const widths = widthsOf(cells);
  const length = Math.max(least, (widths[column] ?? 0) - Math.max(0, total(widths) - columns));
  const short = (text: string) => text.length > length ? `${text.slice(0, length - 1)}…` : text;
  return cells.map((row) => row.map((text, index) => index === column ? short(text) : text));
}

/**
 * If all columns are too wide together, the widest shrink, so that few rows continue below; the
 * last one, which is not padded, has at most half of the line.
 */
function fitted(widths: readonly number[], columns: number): readonly number[] {
  const last = Math.min(widths.at(-1) ?? 0, Math.floor(columns / 2));
  const others = widths.slice(0, -1);
  while (total([...others, last]) > columns && Math.max(...others) > 1) {
    others[others.indexOf(Math.max(...others))]!--;
  }
  return [...others, last];
}

/** Columns that a sentence gets, even next to wide cells. */
const LEAST_PROSE = 30;

/** The last column gets the rest of the line, or a share of it. */
function withProse(widths: readonly number[], columns: number): readonly number[] {
  const others = widths.slice(0, -1);
  const room = columns - total(others) - GAP.length;
  if (room >= LEAST_PROSE) return [...others, room];
  const kept = fitted(others, columns - LEAST_PROSE - GAP.length);
  return [...kept, Math.max(1, columns - total(kept) - GAP.length)];
}

function line(
  row: readonly string[],
  widths: readonly number[],
  columns: number,
  room: number,
): string {
  const lines = [""];
  let start = 0;
  row.forEach((text, column) => {
    const current = lines.at(-1) ?? "";
    const isLong = column === row.length - 1 && text.length > room;
    const [first = "", ...more] = isLong ? wrapSentence(text, room) : [text];
    const isTaken = current.length > start - GAP.length || start + first.length > columns;
    if (column > 0 && first !== "" && isTaken) lines.push(hungAt(start, first, columns));
    else lines[lines.length - 1] = current.padEnd(start) + first;
    lines.push(...more.map((each) => hungAt(start, each, columns)));
    start += (widths[column] ?? 0) + GAP.length;
  });
  return lines.map((each) => each.trimEnd()).join("\n");
}
