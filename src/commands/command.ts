/**
 * Commands as the rest of the program sees them; commander's types stay in the files that build the
 * commands.
 *
 * @module
 */
import { Command } from "commander";
import { document, type Documentation } from "@/manual/documentation.ts";

/** A command, ready to be added to its parent. */
export interface BuiltCommand {
  /** The name on the command line. */
  name(): string;
}

/** A command under construction, which takes options. */
export interface OptionTaker {
  /** Adds one; commander's `Option`. */
  addOption(option: object): unknown;
}

/** A command that only groups others. */
export function commandGroup(
  name: string,
  summary: string,
  description: string,
  children: readonly BuiltCommand[],
  documentation: Documentation,
): BuiltCommand {
  const group = new Command(name).summary(summary).description(description);
  for (const child of children) group.addCommand(child as Command);
  return document(group, documentation);
}
