/**
 * The layout of help: one screen for each command, rare options in a separate group, and no default
 * that says nothing.
 *
 * @module
 */
import { Help } from "@commander-js/extra-typings";
import { optionText } from "@/manual/command_tree.ts";
import type { AnyCommand, AnyOption } from "@/manual/commander.ts";

/** Heading of the rare options. */
export const RARE = "Rarely needed:";

/** Commander's help configuration. */
export const HELP_LAYOUT = {
  minWidthToWrap: 30,
  visibleOptions: (command: AnyCommand): AnyOption[] =>
    new Help().visibleOptions(command).filter(isShown),
  optionDescription: optionText,
};

/** One `--os-*` line represents all of them: they would hide the command's own options. */
function isShown({ long }: AnyOption): boolean {
  return !/^--os-(?!cloud)/.test(long ?? "");
}
