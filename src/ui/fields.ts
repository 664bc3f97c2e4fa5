/**
 * Named values, one per line, in two columns.
 *
 * @module
 */
import { oneLine } from "@/ui/one_line.ts";
import { hungAt, wrapWords } from "@/ui/wrap.ts";

/**
 * The lines; values start in one column and wrap within it. An empty name continues the one before.
 *
 * @param columns Width of the terminal; a longer word stays whole.
 */
export function renderFields(
  fields: readonly (readonly [name: string, value: string])[],
  columns = Infinity,
): string {
  const width = Math.max(...fields.map(([name]) => name.length)) + 2;
  return fields.flatMap(([name, value]) => {
    const head = (name === "" ? "" : `${name}:`).padEnd(width);
    const [first = "", ...more] = wrapped(oneLine(value), columns - width);
    const lines = more.map((line) => hungAt(width, line, columns));
    if (width + first.length <= columns) return [head + first, ...lines];
    return [...name === "" ? [] : [head.trimEnd()], hungAt(width, first, columns), ...lines];
  }).join("\n");
}

/** A value that fits keeps its blanks. */
function wrapped(value: string, columns: number): readonly string[] {
  return value.length <= columns ? [value] : wrapWords(value, columns);
}
