/**
 * The completion script for bash. It needs nothing of the bash-completion package.
 *
 * @module
 */
import {
  acceptedOptions,
  type ArgumentEntry,
  type CommandEntry,
  everyCommand,
  type OptionEntry,
} from "@/manual/command_tree.ts";

/** Makes the script. */
export function bashCompletion(root: CommandEntry): string {
  const commands = everyCommand(root);
  return `# bash completion for glance-direct

_glance_direct() {
  local cur=\${COMP_WORDS[COMP_CWORD]} option= path= word skip= rest= i
  # bash splits --format=json at '=': three words.
  if [[ $cur == "=" ]]; then
    cur= option=\${COMP_WORDS[COMP_CWORD - 1]}
  elif [[ \${COMP_WORDS[COMP_CWORD - 1]} == "=" ]]; then
    option=\${COMP_WORDS[COMP_CWORD - 2]}
  else
    option=\${COMP_WORDS[COMP_CWORD - 1]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == "=" ]]; then skip=1; continue; fi
    if [[ -n $skip ]]; then skip=; continue; fi
    if [[ $word == "--" ]]; then rest=1; option=; continue; fi
    [[ -n $rest ]] && continue
    case "$path $word" in
${commands.filter(({ path }) => path.length > 0).map(descend).join("\n")}
      *)
        case $word in
          ${valued(commands).join(" | ")}) skip=1 ;;
        esac ;;
    esac
  done
  COMPREPLY=()
  if [[ -z $rest ]]; then
    case "$path:$option" in
${commands.flatMap((command) => values(root, command)).join("\n")}
    esac
    if [[ $cur == -* ]]; then
      case $path in
${commands.map((command) => options(root, command)).join("\n")}
      esac
    fi
  fi
  case $path in
${commands.map(positions).join("\n")}
  esac
}

complete -F _glance_direct glance-direct`;
}

/** Reads a command's name: from its parent's path to its own. */
function descend({ path }: CommandEntry): string {
  const parent = path.slice(0, -1).join(" ");
  return `      "${parent} ${path.at(-1)}") path="${path.join(" ")}" ;;`;
}

function flagsOf({ short, long }: OptionEntry): readonly string[] {
  return short === undefined ? [long] : [short, long];
}

/** Every flag that takes a value, wherever it may stand. */
function valued(commands: readonly CommandEntry[]): readonly string[] {
  const all = commands.flatMap((command) => command.options);
  return [...new Set(all.filter(({ value }) => value !== undefined).flatMap(flagsOf))];
}

function values(root: CommandEntry, { path, options: own }: CommandEntry): readonly string[] {
  const prefix = path.length === 0 ? "*" : `"${path.join(" ")}"`;
  const taking = (path.length === 0 ? root.options : own).filter(({ value }) =>
    value !== undefined
  );
  return taking.map((option) => {
    const patterns = flagsOf(option).map((flag) => `${prefix}:${flag}`).join(" | ");
    return `      ${patterns}) ${offer(option.value, option.choices)}; return ;;`;
  });
}

function options(root: CommandEntry, command: CommandEntry): string {
  const flags = acceptedOptions(root, command).flatMap(flagsOf);
  return `        "${command.path.join(" ")}") ${offer("choice", flags)}; return ;;`;
}

/** A group offers its commands; the last argument's offer serves for all. */
function positions({ path, children, args }: CommandEntry): string {
  const names = children.map((child) => child.path.at(-1) ?? "");
  const argument: ArgumentEntry | undefined = args.at(-1);
  const offered = names.length > 0
    ? offer("choice", names)
    : offer(argument?.value, argument?.choices ?? []);
  return `    "${path.join(" ")}") ${offered} ;;`;
}

function offer(kind: OptionEntry["value"], choices: readonly string[]): string {
  if (kind === "choice") return `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$cur"))`;
  if (kind === "file") return `compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur"))`;
  if (kind === "directory") return `compopt -o filenames; COMPREPLY=($(compgen -d -- "$cur"))`;
  return "true";
}
