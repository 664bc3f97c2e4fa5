/**
 * What commander complains about, as an error like any other.
 *
 * @module
 */
import { CommanderError } from "commander";
import { ToolError } from "@/errors.ts";
import type { OutputFormat } from "@/commands/session.ts";

/**
 * Commander's complaints are usage errors; its own text is `error: …`. Where a command that only groups
 * others is called alone, its complaint is its help, which would bury the error.
 *
 * @param command The words of what was used wrongly: `glance-direct cache list`.
 */
export function usageError(error: unknown, command: string): unknown {
  if (!(error instanceof CommanderError)) return error;
  const seeHelp = `see ${command} --help`;
  if (error.code === "commander.help") {
    return new ToolError("usage", "A command is missing", { hints: [seeHelp] });
  }
  const [first = "", ...more] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = more.join(" ").trim().replace(/^\((.*)\)$/, "$1").toLowerCase();
  const hints = suggestion === "" ? [seeHelp] : [suggestion];
  return new ToolError("usage", `${first.charAt(0).toUpperCase()}${first.slice(1)}`, { hints });
}

/** A failure of the parser comes before the options are known: what it would have read. */
export function formatOf(argv: readonly string[]): OutputFormat {
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  const formats = words.flatMap((word, index) => {
    const [, attached] = /^(?:--format(?:=|$)|-[hqv]*f)(.*)$/s.exec(word) ?? [];
    return attached === undefined ? [] : [attached === "" ? words[index + 1] : attached];
  });
  return formats.at(-1) === "json" ? "json" : "text";
}
