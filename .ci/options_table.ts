/**
 * The README's table of the program's own options, out of the option table; `deno task docs` writes it
 * and a test keeps it equal.
 *
 * @module
 */
import type { OptionSpec } from "@/config/option_spec.ts";
import { OPTIONS } from "@/config/options.ts";

const MARKS = ["<!-- options -->\n", "<!-- /options -->"] as const;

/** The rows, head first: name, default, flag, what it does. */
export function optionRows(): readonly (readonly string[])[] {
  const options: Readonly<Record<string, OptionSpec>> = OPTIONS.glance_direct;
  const rows = Object.entries(options).map(([name, spec]) => [
    `\`${name}\``,
    spec.default === undefined || spec.default === "" ? "" : `\`${spec.default}\``,
    spec.flag === undefined ? "" : `\`${spec.flag}\``,
    spec.help,
  ]);
  return [["option", "default", "flag", "what it does"], ["-", "-", "-", "-"], ...rows];
}

/** What stands between the marks of a text, as rows of trimmed cells. */
export function rowsIn(text: string): readonly (readonly string[])[] {
  const [from, to] = rangeIn(text);
  return text.slice(from, to).trim().split("\n").map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim().replace(/^-+$/, "-"))
  );
}

/** The text with the table between its marks made anew. */
export function withTable(text: string): string {
  const [from, to] = rangeIn(text);
  const table = optionRows().map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  return `${text.slice(0, from)}\n${table}\n${text.slice(to)}`;
}

function rangeIn(text: string): readonly [number, number] {
  const [open, close] = MARKS;
  const from = text.indexOf(open);
  const to = text.indexOf(close);
  if (from < 0 || to < from) throw new Error(`the README has no ${open.trim()} … ${close}`);
  return [from + open.length, to];
}

if (import.meta.main) {
  const path = new URL("../README.md", import.meta.url);
  await Deno.writeTextFile(path, withTable(await Deno.readTextFile(path)));
}
