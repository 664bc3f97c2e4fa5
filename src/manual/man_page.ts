/**
 * The manual page glance-direct(1), made from the commands and the exit statuses.
 *
 * @module
 */
import { childrenOf, everyCommand, optionsOf, optionText, pathOf } from "@/manual/command_tree.ts";
import type { AnyArgument, AnyCommand, AnyOption } from "@/manual/commander.ts";
import { documentationOf, exampleRows, exitRows, PROGRAM } from "@/manual/documentation.ts";
import { EXIT_MEANINGS } from "@/manual/exit_statuses.ts";
import {
  bold,
  italic,
  item,
  paragraph,
  plain,
  section,
  subsection,
  verbatim,
} from "@/manual/roff.ts";
import {
  CONFIGURATION,
  ENVIRONMENT_ITEMS,
  FILE_ITEMS,
  INTRODUCTION,
  SEE_ALSO,
  TIME_LIMITS,
} from "@/manual/man_text.ts";

/**
 * Makes the page, without a trailing newline. It has no date, so the same program always makes the
 * same page.
 */
export function manPage(root: AnyCommand, version: string): string {
  const commands = everyCommand(root).slice(1);
  return [
    `.TH GLANCE\\-DIRECT 1 "" "glance\\-direct ${plain(version)}" "User Commands"`,
    section("Name"),
    plain(`${PROGRAM} - put Glance images into nova's image cache straight from Ceph, verified`),
    section("Synopsis"),
    ...commands.filter((command) => childrenOf(command).length === 0).map(synopsis),
    section("Description"),
    ...INTRODUCTION.map((text) => paragraph(plain(text))),
    section("Global options"),
    plain("They are accepted before and after the command."),
    ...optionsOf(root).map(option),
    section("Commands"),
    ...commands.flatMap(commandPart),
    section("Configuration"),
    ...CONFIGURATION.map((text) => paragraph(plain(text))),
    section("Time limits"),
    ...TIME_LIMITS.map((text) => paragraph(plain(text))),
    section("Environment"),
    ...ENVIRONMENT_ITEMS.map(([name, text]) => item(bold(name), plain(text))),
    section("Files"),
    ...FILE_ITEMS.map(([name, text]) => item(italic(name), plain(text))),
    section("Exit status"),
    ...Object.entries(EXIT_MEANINGS).map(([status, text]) => item(bold(status), plain(text))),
    section("Examples"),
    ...examples(commands),
    section("See also"),
    SEE_ALSO.map(([name, volume]) => `${bold(name)}(${volume})`).join(",\n"),
  ].join("\n");
}

function synopsis(command: AnyCommand): string {
  const words = [bold([PROGRAM, ...pathOf(command)].join(" "))];
  if (optionsOf(command).length > 0) words.push(`[${italic("option")} ...]`);
  return [...words, ...command.registeredArguments.map(argumentUsage)].join(" ") + "\n.br";
}

function argumentUsage(argument: AnyArgument): string {
  const shown = `${italic(argument.name())}${argument.variadic ? " ..." : ""}`;
  return argument.required ? shown : `[${shown}]`;
}

/** A group has only its name and its sub-commands, which follow it. */
function commandPart(command: AnyCommand): readonly string[] {
  const documentation = documentationOf(command);
  return [
    subsection(pathOf(command).join(" ")),
    plain(command.description()),
    ...(documentation?.notes ?? []).flatMap((note) =>
      typeof note === "string" ? [paragraph(plain(note))] : [verbatim(note)]
    ),
    ...command.registeredArguments.map((one) => item(italic(one.name()), plain(one.description))),
    ...optionsOf(command).map(option),
    ...documentation === undefined ? [] : [
      paragraph("Examples:"),
      verbatim(exampleRows(documentation).map(([line]) => line)),
      paragraph(plain(
        `Exit status: ${
          exitRows(documentation).map(([code, when]) => `${code} (${when})`).join("; ")
        }.`,
      )),
    ],
  ];
}

function option(option: AnyOption): string {
  return item(bold(option.flags), plain(optionText(option)));
}

/** The first example of each command, with its description. */
function examples(commands: readonly AnyCommand[]): readonly string[] {
  return commands.flatMap((command) => {
    const documentation = documentationOf(command);
    const [first] = documentation === undefined ? [] : exampleRows(documentation);
    if (first === undefined) return [];
    const [line, what] = first;
    const title = plain(sentence(what || command.summary()));
    return [item(title, verbatim([line]).replace(/^\.PP\n/, ""))];
  });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}:`;
}
