/**
 * The completion script for zsh.
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

/** Makes the script. It serves autoloading from `$fpath` as well as `source`. */
export function zshCompletion(root: CommandEntry): string {
  const functions = everyCommand(root).map((command) => functionOf(root, command));
  return `#compdef glance-direct
# zsh completion for glance-direct

${functions.join("\n\n")}

if [[ \${funcstack[1]} == _glance-direct ]]; then
  _glance_direct "$@"
else
  compdef _glance_direct glance-direct
fi`;
}

function nameOf({ path }: CommandEntry): string {
  return ["_glance_direct", ...path].join("_");
}

function functionOf(root: CommandEntry, command: CommandEntry): string {
  const specs = acceptedOptions(root, command).flatMap(optionSpecs);
  const isGroup = command.children.length > 0;
  const rest = isGroup
    ? ["'1: :->command'", "'*::: :->arguments'"]
    : command.args.map(argumentSpec);
  const lines = [...specs, ...rest].map((spec) => `    ${spec}`).join(" \\\n");
  const start = isGroup
    ? "  local context state state_descr line curcontext=$curcontext\n  typeset -A opt_args\n"
    : "";
  return `${nameOf(command)}() {
${start}  _arguments -s -S${isGroup ? " -C" : ""} \\
${lines}${isGroup ? dispatch(command) : ""}
}`;
}

function dispatch({ children }: CommandEntry): string {
  const described = children.map((child) => {
    const text = `${child.path.at(-1)}:${child.summary.replaceAll(":", "\\:")}`;
    return `        ${quoted(text)}`;
  });
  const branches = children.map((child) => `        ${child.path.at(-1)}) ${nameOf(child)} ;;`);
  return `
  case $state in
    command)
      local -a commands=(
${described.join("\n")}
      )
      _describe -t commands command commands ;;
    arguments)
      # The rest alone: to _arguments, the first word is the command.
      words=("$line[1]" "\${words[@]}")
      ((CURRENT += 1))
      case $line[1] in
${branches.join("\n")}
      esac ;;
  esac`;
}

/** Any option may be repeated: the program says when that is wrong. */
function optionSpecs({ short, long, description, value, choices }: OptionEntry): string[] {
  const text = `[${escaped(description)}]${
    value === undefined ? "" : `:value:${action(value, choices)}`
  }`;
  const specs = value === undefined ? [`*${long}${text}`] : [`*${long}=${text}`];
  if (short !== undefined) specs.push(`*${short}${value === undefined ? "" : "+"}${text}`);
  return specs.map(quoted);
}

function argumentSpec({ name, value, choices, variadic }: ArgumentEntry): string {
  const position = variadic ? "*" : "";
  return quoted(`${position}:${escaped(name)}:${action(value, choices)}`);
}

function action(kind: ArgumentEntry["value"], choices: readonly string[]): string {
  if (kind === "choice") return `(${choices.join(" ")})`;
  if (kind === "file") return "_files";
  return kind === "directory" ? "_files -/" : " ";
}

/** In a specification, these end a description. */
function escaped(text: string): string {
  return text.replace(/[\\:[\]]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
