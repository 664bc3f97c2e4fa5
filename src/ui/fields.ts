/**
 * Named values, one a line, in two columns.
 *
 * @module
 */
import { oneLine } from "@/ui/one_line.ts";

/** The lines; values begin in one column. An empty name goes on under the one before. */
export function renderFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length)) + 2;
  return fields.map(([name, value]) =>
    `${name === "" ? "" : `${name}:`}`.padEnd(width) + oneLine(value)
  )
    .join("\n");
}
