/**
 * Turns commander's errors into our own.
 *
 * @module
 */
import { CommanderError } from "@commander-js/extra-typings";
import { ToolError } from "@/errors.ts";
import type { OutputFormat } from "@/commands/session.ts";
import { pathOf } from "@/manual/command_tree.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { PROGRAM } from "@/manual/documentation.ts";

/**
 * Commander's errors are usage errors with the text `error: …`. When a command that only groups
 * others is called alone, commander's error is its help, which would hide the message.
 *
 * @param command The command that was used wrongly.
 */
export function usageError(error: unknown, command: AnyCommand): unknown {
  if (!(error instanceof CommanderError)) return error;
  const seeHelp = `see ${[PROGRAM, ...pathOf(command)].join(" ")} --help`;
  if (error.code === "commander.help") {
    return new ToolError("usage", helpless(command), { hints: [seeHelp] });
  }
  const [first = "", ...more] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = more.join(" ").trim().replace(/^\((.*)\)$/, "$1").toLowerCase();
  const hints = suggestion === "" ? [seeHelp] : [suggestion];
  return new ToolError("usage", `${first.charAt(0).toUpperCase()}${first.slice(1)}`, { hints });
}

/** For `help nope`, commander also prints the help of the group, but keeps the words. */
function helpless({ args: [, word] }: AnyCommand): string {
  return word === undefined ? "A command is missing" : `Unknown command '${word}'`;
}

/** A parser error comes before the options are known, so the format is read from argv. */
export function formatOf(argv: readonly string[]): OutputFormat {
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  const formats = words.flatMap((word, index) => {
    const [, attached] = /^(?:--format(?:=|$)|-[hqv]*f)(.*)$/s.exec(word) ?? [];
    return attached === undefined ? [] : [attached === "" ? words[index + 1] : attached];
  });
  return formats.at(-1) === "json" ? "json" : "text";
}
