/**
 * Named values, one a line, in two columns.
 *
 * @module
 */
import { oneLine } from "@/ui/one_line.ts";
import { hungAt, wrapWords } from "@/ui/wrap.ts";

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
  return fields.flatMap(([name, value]) => {
    const head = (name === "" ? "" : `${name}:`).padEnd(width);
    const [first = "", ...more] = wrapped(oneLine(value), columns - width);
    const lines = more.map((line) => hungAt(width, line, columns));
    if (width + first.length <= columns) return [head + first, ...lines];
    return [...name === "" ? [] : [head.trimEnd()], hungAt(width, first, columns), ...lines];
  }).join("\n");
}

/** What fits keeps its blanks. */
function wrapped(value: string, columns: number): readonly string[] {
  return value.length <= columns ? [value] : wrapWords(value, columns);
}
