/**
 * The layout of help: one screen for each command, rare options in a separate group, and no default
 * that says nothing.
 *
 * @module
 */
import { Help, type Option } from "commander";
import { defaultText } from "@/manual/command_tree.ts";

/** Heading of the rare options. */
export const RARE = "Rarely needed:";

/** Commander's help configuration. */
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

/** One `--os-*` line represents all of them: they would hide the command's own options. */
function isShown({ long }: Option): boolean {
  return !/^--os-(?!cloud)/.test(long ?? "");
}
