/**
 * What commander complains about, as an error like any other.
 *
 * @module
 */
import { CommanderError } from "commander";
import { ToolError } from "@/errors.ts";
import type { OutputFormat } from "@/commands/session.ts";

/** What the error needs of a command of commander. */
export interface UsedCommand {
  /** The words behind its own. */
  readonly args: readonly string[];
  /** The command that it belongs to; `null` for the program. */
  readonly parent: UsedCommand | null;
  /** Its own word. */
  name(): string;
}

/**
 * Commander's complaints are usage errors; its own text is `error: …`. Where a command that only groups
 * others is called alone, its complaint is its help, which would bury the error.
 *
 * @param command What was used wrongly.
 */
export function usageError(error: unknown, command: UsedCommand): unknown {
  if (!(error instanceof CommanderError)) return error;
  const seeHelp = `see ${wordsOf(command)} --help`;
  if (error.code === "commander.help") {
    return new ToolError("usage", helpless(command), { hints: [seeHelp] });
  }
  const [first = "", ...more] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = more.join(" ").trim().replace(/^\((.*)\)$/, "$1").toLowerCase();
  const hints = suggestion === "" ? [seeHelp] : [suggestion];
  return new ToolError("usage", `${first.charAt(0).toUpperCase()}${first.slice(1)}`, { hints });
}

/** Commander gives the help of the group also for `help nope`, whose words it keeps. */
function helpless({ args: [, word] }: UsedCommand): string {
  return word === undefined ? "A command is missing" : `Unknown command '${word}'`;
}

/** `glance-direct cache list`. */
function wordsOf(command: UsedCommand): string {
  return command.parent === null ? command.name() : `${wordsOf(command.parent)} ${command.name()}`;
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
