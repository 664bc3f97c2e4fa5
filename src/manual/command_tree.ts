/**
 * The commands as plain data, the input of completion and of the manual page.
 *
 * @module
 */
import { type Documentation, documentationOf } from "@/manual/documentation.ts";

/** What may follow an option or fill an argument. */
export type ValueKind = "file" | "directory" | "image" | "image-id" | "choice" | "text";

/** An option. */
export interface OptionEntry {
  /** Its long flag: `--format`. */
  readonly long: string;
  /** Its short flag: `-f`. */
  readonly short: string | undefined;
  /** As in the help: `-f, --format <format>`. */
  readonly flags: string;
  /** What it does. */
  readonly description: string;
  /** Its value; `undefined` for a switch. */
  readonly value: ValueKind | undefined;
  /** The allowed values, if they are limited. */
  readonly choices: readonly string[];
  /** Its default as text, if it is useful to show. */
  readonly default: string | undefined;
}

/** An argument. */
export interface ArgumentEntry {
  /** Its name. */
  readonly name: string;
  /** As in a synopsis: `<image>`, `[path]`, `[check...]`. */
  readonly usage: string;
  /** What it is. */
  readonly description: string;
  /** What it takes. */
  readonly value: ValueKind;
  /** Candidates for a shell. */
  readonly choices: readonly string[];
  /** Whether it may be repeated. */
  readonly variadic: boolean;
}

/** A command. */
export interface CommandEntry {
  /** Its names below the program: `["cache", "list"]`; empty for the program itself. */
  readonly path: readonly string[];
  /** Short description. */
  readonly summary: string;
  /** Description in one sentence. */
  readonly description: string;
  /** Its arguments. */
  readonly args: readonly ArgumentEntry[];
  /** Its own options. */
  readonly options: readonly OptionEntry[];
  /** Its sub-commands. */
  readonly children: readonly CommandEntry[];
  /** Examples, exit statuses, notes. */
  readonly documentation: Documentation | undefined;
}

/** The part of commander's `Argument` that is read. */
export interface ArgumentLike {
  /** What it is. */
  readonly description: string;
  /** Whether it is required. */
  readonly required: boolean;
  /** Whether it may be repeated. */
  readonly variadic: boolean;
  /** The allowed values. */
  readonly argChoices?: readonly string[] | undefined;
  /** Its name. */
  name(): string;
}

/** The part of commander's `Option` that is read. */
export interface OptionLike {
  /** As in the help. */
  readonly flags: string;
  /** Its short flag. */
  readonly short?: string | undefined;
  /** Its long flag. */
  readonly long?: string | undefined;
  /** What it does. */
  readonly description: string;
  /** Whether the help omits it. */
  readonly hidden: boolean;
  /** The allowed values. */
  readonly argChoices?: readonly string[] | undefined;
  /** Its default. */
  readonly defaultValue?: unknown;
  /** The default in words. */
  readonly defaultValueDescription?: string | undefined;
}

/** The part of commander's `Command` that is read. */
export interface CommandLike {
  /** Its sub-commands. */
  readonly commands: readonly CommandLike[];
  /** Its options. */
  readonly options: readonly OptionLike[];
  /** Its arguments. */
  readonly registeredArguments: readonly ArgumentLike[];
  /** Its name. */
  name(): string;
  /** Short description. */
  summary(): string;
  /** Description in one sentence. */
  description(): string;
}

/** Commander does not expose its help option. */
const HELP: OptionLike = {
  flags: "-h, --help",
  short: "-h",
  long: "--help",
  description: "print help",
  hidden: false,
};

/** The data of a command and all its sub-commands. */
export function commandTree(command: CommandLike, path: readonly string[] = []): CommandEntry {
  const documentation = documentationOf(command);
  const options = path.length === 0 ? [...command.options, HELP] : command.options;
  return {
    path,
    summary: command.summary() || command.description(),
    description: command.description() || command.summary(),
    args: command.registeredArguments.map((arg) => argumentEntry(arg, documentation)),
    options: options.filter(({ hidden }) => !hidden).map(optionEntry),
    children: command.commands.filter(isPublic).map((child) =>
      commandTree(child, [...path, child.name()])
    ),
    documentation,
  };
}

/** Commands for shells, not for people, begin with an underscore. */
function isPublic(command: CommandLike): boolean {
  return !command.name().startsWith("_");
}

/** Every command of a tree, parents first. */
export function everyCommand(root: CommandEntry): readonly CommandEntry[] {
  return [root, ...root.children.flatMap(everyCommand)];
}

/** A command's options and those of the program, which are accepted everywhere. */
export function acceptedOptions(root: CommandEntry, command: CommandEntry): readonly OptionEntry[] {
  return command === root ? root.options : [...command.options, ...root.options];
}

function optionEntry(option: OptionLike): OptionEntry {
  const { flags, short, long = "", description, argChoices = [] } = option;
  const placeholder = /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(flags)?.[1];
  return {
    long,
    short,
    flags,
    description,
    value: placeholder === undefined ? undefined : valueKind(placeholder, argChoices),
    choices: argChoices,
    default: placeholder === undefined ? undefined : defaultText(option),
  };
}

function argumentEntry(argument: ArgumentLike, documentation?: Documentation): ArgumentEntry {
  const { description, required, variadic } = argument;
  const name = argument.name();
  const inner = variadic ? `${name}...` : name;
  const choices = argument.argChoices ?? documentation?.candidates ?? [];
  return {
    name,
    usage: required ? `<${inner}>` : `[${inner}]`,
    description,
    value: valueKind(name, choices),
    choices,
    variadic,
  };
}

/** Values of placeholders by their name. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  dir: "directory",
  file: "file",
  image: "image",
  "image-id": "image-id",
  images: "image",
  path: "file",
};

function valueKind(placeholder: string, choices: readonly string[]): ValueKind {
  return choices.length > 0 ? "choice" : KINDS[placeholder] ?? "text";
}

/** The default of an option, if it is informative; empty values and 0 are not. */
export function defaultText(
  { defaultValue, defaultValueDescription }: Pick<
    OptionLike,
    "defaultValue" | "defaultValueDescription"
  >,
): string | undefined {
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  if (Array.isArray(defaultValue) || !defaultValue) return undefined;
  return String(defaultValue);
}
