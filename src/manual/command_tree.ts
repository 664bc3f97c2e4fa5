/**
 * The commands as plain data: what completion and the manual page are made from.
 *
 * @module
 */
import { type Documentation, documentationOf } from "@/manual/documentation.ts";

/** What may follow an option, or stand for an argument. */
export type ValueKind = "file" | "directory" | "image" | "image-id" | "choice" | "text";

/** An option. */
export interface OptionEntry {
  /** Its long flag: `--format`. */
  readonly long: string;
  /** Its short flag: `-f`. */
  readonly short: string | undefined;
  /** As help prints it: `-f, --format <format>`. */
  readonly flags: string;
  /** What it does. */
  readonly description: string;
  /** What it takes; `undefined` for a switch. */
  readonly value: ValueKind | undefined;
  /** The only values, where there are such. */
  readonly choices: readonly string[];
  /** Its default as text, where one is worth telling. */
  readonly default: string | undefined;
}

/** An argument. */
export interface ArgumentEntry {
  /** Its name. */
  readonly name: string;
  /** As a synopsis prints it: `<image>`, `[path]`, `[check...]`. */
  readonly usage: string;
  /** What it is. */
  readonly description: string;
  /** What it takes. */
  readonly value: ValueKind;
  /** What a shell may offer. */
  readonly choices: readonly string[];
  /** Whether more may follow. */
  readonly variadic: boolean;
}

/** A command. */
export interface CommandEntry {
  /** Its names below the program: `["cache", "list"]`; empty for the program itself. */
  readonly path: readonly string[];
  /** What it does, in a few words. */
  readonly summary: string;
  /** What it does, in a sentence. */
  readonly description: string;
  /** Its arguments. */
  readonly args: readonly ArgumentEntry[];
  /** Its own options. */
  readonly options: readonly OptionEntry[];
  /** Its sub-commands. */
  readonly children: readonly CommandEntry[];
  /** Examples, statuses, remarks. */
  readonly documentation: Documentation | undefined;
}

/** The part of commander's `Argument` that is read. */
export interface ArgumentLike {
  /** What it is. */
  readonly description: string;
  /** Whether it must be given. */
  readonly required: boolean;
  /** Whether more may follow. */
  readonly variadic: boolean;
  /** The only values. */
  readonly argChoices?: readonly string[] | undefined;
  /** Its name. */
  name(): string;
}

/** The part of commander's `Option` that is read. */
export interface OptionLike {
  /** As help prints it. */
  readonly flags: string;
  /** Its short flag. */
  readonly short?: string | undefined;
  /** Its long flag. */
  readonly long?: string | undefined;
  /** What it does. */
  readonly description: string;
  /** Whether help leaves it out. */
  readonly hidden: boolean;
  /** The only values. */
  readonly argChoices?: readonly string[] | undefined;
  /** Its value when it is not given. */
  readonly defaultValue?: unknown;
  /** The same in words. */
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
  /** What it does, in a few words. */
  summary(): string;
  /** What it does, in a sentence. */
  description(): string;
}

/** Commander keeps its help option to itself. */
const HELP: OptionLike = {
  flags: "-h, --help",
  short: "-h",
  long: "--help",
  description: "print help",
  hidden: false,
};

/** The data of a command and of all below it. */
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

/** What is for shells and not for people begins with an underscore. */
function isPublic(command: CommandLike): boolean {
  return !command.name().startsWith("_");
}

/** Every command of a tree, each before those below it. */
export function everyCommand(root: CommandEntry): readonly CommandEntry[] {
  return [root, ...root.children.flatMap(everyCommand)];
}

/** A command's options after those of the program, which are accepted everywhere. */
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

/** Placeholders are the house's words. */
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

/** The value of an option that is not given, where that says something: none, and 0, do not. */
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
