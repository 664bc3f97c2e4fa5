/**
 * The completion script for fish.
 *
 * @module
 */
import {
  type ArgumentEntry,
  type CommandEntry,
  everyCommand,
  type OptionEntry,
} from "@/manual/command_tree.ts";

/** Makes the script. */
export function fishCompletion(root: CommandEntry): string {
  const commands = everyCommand(root);
  const names = commands.filter(({ path }) => path.length > 0).map(({ path }) =>
    quoted(path.join(" "))
  );
  return `# fish completion for glance-direct

# Whether the words so far lead to a command, given by its names.
function __glance_direct_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l path
    set -l skip
    for word in $words
        if test -n "$skip"
            set skip
            continue
        end
        switch $word
            case ${valued(commands).join(" ")}
                set skip 1
            case --
                return 1
            case '*'
                contains -- (string join ' ' -- $path $word) ${names.join(" ")}
                and set -a path $word
        end
    end
    test "$path" = "$argv"
end

complete -c glance-direct -f
${root.options.map((option) => optionLine(option, "")).join("\n")}
${commands.flatMap(commandLines).join("\n")}`;
}

function commandLines({ path, options, children, args }: CommandEntry): readonly string[] {
  const at = ` -n '__glance_direct_at ${path.join(" ")}'`;
  const commands = children.map((child) =>
    `complete -c glance-direct${at} -a ${quoted(child.path.at(-1) ?? "")} -d ${
      quoted(child.summary)
    }`
  );
  const own = path.length === 0 ? [] : options.map((option) => optionLine(option, at));
  return [...commands, ...own, ...args.slice(-1).map((arg) => argumentLine(arg, at))];
}

function optionLine({ short, long, description, value, choices }: OptionEntry, at: string): string {
  const flags = `${short === undefined ? "" : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`;
  return `complete -c glance-direct${at}${flags}${taking(value, choices)} -d ${
    quoted(description)
  }`;
}

/** Without `-F`, no file is offered: the first line of all says so. */
function argumentLine({ value, choices, description }: ArgumentEntry, at: string): string {
  const offered = value === "choice"
    ? ` -a ${quoted(choices.join(" "))}`
    : value === "file"
    ? " -F"
    : value === "directory"
    ? " -a '(__fish_complete_directories)'"
    : "";
  return `complete -c glance-direct${at}${offered} -d ${quoted(description)}`;
}

function taking(kind: OptionEntry["value"], choices: readonly string[]): string {
  if (kind === undefined) return "";
  if (kind === "choice") return ` -x -a ${quoted(choices.join(" "))}`;
  if (kind === "file") return " -r -F";
  return kind === "directory" ? " -x -a '(__fish_complete_directories)'" : " -x";
}

function valued(commands: readonly CommandEntry[]): readonly string[] {
  const flags = commands.flatMap(({ options }) => options)
    .filter(({ value }) => value !== undefined)
    .flatMap(({ short, long }) => short === undefined ? [long] : [short, long]);
  return [...new Set(flags)];
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
