/**
 * Named values, one a line, in two columns.
 *
 * @module
 */
import { oneLine } from "@/ui/one_line.ts";
import { wrapWords } from "@/ui/wrap.ts";

/**
 * The lines; values begin in one column and go on in it. An empty name goes on under the one before.
 *
 * @param columns Width of the terminal; a longer word stays whole.
 */
export function renderFields(
  fields: readonly (readonly [name: string, value: string])[],
  columns = Infinity,
): string {
  const width = Math.max(...fields.map(([name]) => name.length)) + 2;
  return fields.flatMap(([name, value]) =>
    wrapped(oneLine(value), columns - width).map((line, index) =>
      `${name === "" || index > 0 ? "" : `${name}:`}`.padEnd(width) + line
    )
  ).join("\n");
}

/** What fits keeps its blanks. */
function wrapped(value: string, columns: number): readonly string[] {
  return value.length <= columns ? [value] : wrapWords(value, columns);
}
