/**
 * What commander lacks for building commands: options from a list, and groups.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { AnyCommand, AnyOption } from "@/manual/commander.ts";
import { document, type Documentation } from "@/manual/documentation.ts";

/** A command that only groups others. */
export function commandGroup(
  name: string,
  summary: string,
  description: string,
  children: readonly AnyCommand[],
  documentation: Documentation,
): AnyCommand {
  const group = new Command(name).summary(summary).description(description);
  for (const child of children) group.addCommand(child);
  return document(group, documentation);
}

/** Adds options to a command. Their values are unknown to its type. */
export function addOptions(command: AnyCommand, options: readonly AnyOption[]): void {
  for (const option of options) command.addOption(option);
}
