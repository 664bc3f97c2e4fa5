/**
 * Commands as the rest of the program sees them; commander's types stay within the files that build
 * them.
 *
 * @module
 */
import { Command } from "commander";
import { document, type Documentation } from "@/manual/documentation.ts";

/** A command, ready to be put under its parent. */
export interface BuiltCommand {
  /** What is typed to run it. */
  name(): string;
}

/** Something that takes options: a command under construction. */
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
