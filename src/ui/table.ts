/**
 * Rows in columns, for terminals and for `grep`.
 *
 * @module
 */
import { oneLine } from "@/ui/one_line.ts";
import { hungAt } from "@/ui/wrap.ts";

/** How to fit a table. */
export interface TableOptions {
  /** Columns of the terminal. @default {Infinity} */
  readonly columns?: number;
  /** Columns of the table that may be cut to this many characters, the least useful first. */
  readonly shorten?: readonly (readonly [column: number, length: number])[];
}

const GAP = "  ";

/**
 * The lines of a table, with two blanks between columns and no trailing blanks. If it is too wide
 * even when shortened, a long cell ends its line and the row continues below; a cell is never
 * broken.
 *
 * @param head Names of the columns.
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { columns = Infinity, shorten = [] }: TableOptions = {},
): string {
  const all = [head, ...rows].map((row) => row.map(oneLine));
  const cells = shorten.reduce(
    (table, [column, least]) => cut(table, column, least, columns),
    all,
  );
  const widths = fitted(widthsOf(cells), columns);
  return cells.map((row) => line(row, widths, columns)).join("\n");
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

/** If all columns are too wide together, each except the last shrinks to an equal share. */
function fitted(widths: readonly number[], columns: number): readonly number[] {
  if (total(widths) <= columns) return widths;
  const share = Math.floor(columns / widths.length) - GAP.length;
  return widths.map((width) => Math.min(width, Math.max(share, 1)));
}

function line(row: readonly string[], widths: readonly number[], columns: number): string {
  const lines = [""];
  let start = 0;
  row.forEach((text, column) => {
    const current = lines.at(-1) ?? "";
    const isTaken = current.length > start - GAP.length || start + text.length > columns;
    if (column > 0 && text !== "" && isTaken) lines.push(hungAt(start, text, columns));
    else lines[lines.length - 1] = current.padEnd(start) + text;
    start += (widths[column] ?? 0) + GAP.length;
  });
  return lines.map((each) => each.trimEnd()).join("\n");
}
