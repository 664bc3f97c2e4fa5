/**
 * The manual page glance-direct(1), made from the commands and the exit statuses.
 *
 * @module
 */
import {
  type ArgumentEntry,
  type CommandEntry,
  everyCommand,
  type OptionEntry,
} from "@/manual/command_tree.ts";
import { exampleRows, exitRows, PROGRAM } from "@/manual/documentation.ts";
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
export function manPage(root: CommandEntry, version: string): string {
  const commands = everyCommand(root).slice(1);
  return [
    `.TH GLANCE\\-DIRECT 1 "" "glance\\-direct ${plain(version)}" "User Commands"`,
    section("Name"),
    plain(`${PROGRAM} - put Glance images into nova's image cache straight from Ceph, verified`),
    section("Synopsis"),
    ...commands.filter(({ children }) => children.length === 0).map(synopsis),
    section("Description"),
    ...INTRODUCTION.map((text) => paragraph(plain(text))),
    section("Global options"),
    plain("They are accepted before and after the command."),
    ...root.options.map(option),
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

function synopsis({ path, args, options }: CommandEntry): string {
  const words = [bold([PROGRAM, ...path].join(" "))];
  if (options.length > 0) words.push(`[${italic("option")} ...]`);
  return [...words, ...args.map(argumentUsage)].join(" ") + "\n.br";
}

function argumentUsage({ name, usage, variadic }: ArgumentEntry): string {
  const shown = `${italic(name)}${variadic ? " ..." : ""}`;
  return usage.startsWith("[") ? `[${shown}]` : shown;
}

/** A group has only its name and its sub-commands, which follow it. */
function commandPart(command: CommandEntry): readonly string[] {
  const { path, description, args, options, documentation } = command;
  return [
    subsection(path.join(" ")),
    plain(description),
    ...(documentation?.notes ?? []).flatMap((note) =>
      typeof note === "string" ? [paragraph(plain(note))] : [verbatim(note)]
    ),
    ...args.map((arg) => item(italic(arg.name), plain(arg.description))),
    ...options.map(option),
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

function option({ flags, description, choices, default: fallback }: OptionEntry): string {
  const more = [
    ...choices.length > 0 ? [`one of ${choices.join(", ")}`] : [],
    ...fallback === undefined ? [] : [`default: ${fallback}`],
  ];
  return item(
    bold(flags),
    plain(more.length > 0 ? `${description} (${more.join("; ")})` : description),
  );
}

/** The first example of each command, with its description. */
function examples(commands: readonly CommandEntry[]): readonly string[] {
  return commands.flatMap(({ summary, documentation }) => {
    const [line] = documentation === undefined ? [] : exampleRows(documentation);
    return line === undefined
      ? []
      : [item(plain(sentence(line[1] || summary)), verbatim([line[0]]).replace(/^\.PP\n/, ""))];
  });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}:`;
}
