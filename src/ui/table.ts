/**
 * Rows in columns, for terminals and for `grep`.
 *
 * @module
 */
import { oneLine } from "@/ui/one_line.ts";

/**
 * The lines of a table, two blanks between columns, nothing behind the last one.
 *
 * @param head Names of the columns.
 */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(oneLine));
  const widths = head.map((_name, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0))
  );
  return cells
    .map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ").trimEnd())
    .join("\n");
}
