/**
 * Reads the commands of the program, for completion and for the manual page.
 *
 * @module
 */
import { Help } from "@commander-js/extra-typings";
import type { AnyArgument, AnyCommand, AnyOption } from "@/manual/commander.ts";
import { documentationOf } from "@/manual/documentation.ts";

/** What may follow an option or fill an argument. */
export type ValueKind = "file" | "directory" | "image" | "image-id" | "choice" | "text";

/** The names of a command below the program: `["cache", "list"]`; empty for the program itself. */
export function pathOf(command: AnyCommand): readonly string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

/** The sub-commands for people; those for shells begin with an underscore. */
export function childrenOf(command: AnyCommand): readonly AnyCommand[] {
  return command.commands.filter((child) => !child.name().startsWith("_"));
}

/** Every command of a tree, parents first. */
export function everyCommand(root: AnyCommand): readonly AnyCommand[] {
  return [root, ...childrenOf(root).flatMap(everyCommand)];
}

/** The options of a command; `--help` is one of the program's. */
export function optionsOf(command: AnyCommand): readonly AnyOption[] {
  if (command.parent === null) return new Help().visibleOptions(command);
  return command.options.filter(({ hidden }) => !hidden);
}

/** A command's options and those of the program, which are accepted everywhere. */
export function acceptedOptions(root: AnyCommand, command: AnyCommand): readonly AnyOption[] {
  return command === root ? optionsOf(root) : [...optionsOf(command), ...optionsOf(root)];
}

/** Candidates for an argument of a command. */
export function choicesOf(command: AnyCommand, argument: AnyArgument): readonly string[] {
  return argument.argChoices ?? documentationOf(command)?.candidates ?? [];
}

/** Whether an option has a value; a switch has none. */
export function takesValue({ optional, required }: AnyOption): boolean {
  return required || optional;
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

/** The kind of a value, by the name of its argument or by the flags of its option. */
export function valueKind(placeholder: string, choices: readonly string[] = []): ValueKind {
  const name = /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(placeholder)?.[1] ?? placeholder;
  return choices.length > 0 ? "choice" : KINDS[name] ?? "text";
}

/** What an option does, its values, and its default if that is informative: not empty and not 0. */
export function optionText(option: AnyOption): string {
  const { argChoices, defaultValue, defaultValueDescription, description } = option;
  const isShown = takesValue(option) && defaultValue && !Array.isArray(defaultValue);
  const fallback = defaultValueDescription ?? (isShown ? String(defaultValue) : undefined);
  const facts = [
    ...argChoices === undefined ? [] : [argChoices.join(", ")],
    ...fallback === undefined ? [] : [`default: ${fallback}`],
  ];
  return facts.length === 0 ? description : `${description} (${facts.join("; ")})`;
}
