/**
 * How help is laid out: one screen for each command, rare options apart, and no default that says
 * nothing.
 *
 * @module
 */
import { Help, type Option } from "commander";
import { defaultText } from "@/manual/command_tree.ts";

/** Heading of the options that few runs need. */
export const RARE = "Rarely needed:";

/** What commander is told of help. */
export const HELP_LAYOUT = {
  minWidthToWrap: 30,
  visibleOptions: (command: Parameters<Help["visibleOptions"]>[0]): Option[] =>
    new Help().visibleOptions(command).filter(isShown),
  optionDescription: (option: Option): string => {
    const text = option.mandatory || option.required ? defaultText(option) : undefined;
    const facts = [
      ...option.argChoices === undefined ? [] : [option.argChoices.join(", ")],
      ...text === undefined ? [] : [`default: ${text}`],
    ];
    return facts.length === 0 ? option.description : `${option.description} (${facts.join("; ")})`;
  },
};

/** Of the many `--os-*` one stands for all: they would bury what is the command's own. */
function isShown({ long }: Option): boolean {
  return !/^--os-(?!cloud)/.test(long ?? "");
}
