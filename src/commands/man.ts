/**
 * `man`: the manual page.
 *
 * @module
 */
import { Command } from "commander";
import type { BuiltCommand } from "@/commands/command.ts";
import type { Run } from "@/commands/session.ts";
import { commandTree } from "@/manual/command_tree.ts";
import { document } from "@/manual/documentation.ts";
import { manPage } from "@/manual/man_page.ts";
import { VERSION } from "@/version.ts";

/** The command; it describes the program that it is put under. */
export function manCommand(run: Run): BuiltCommand {
  const command: Command = new Command("man")
    .summary("print the manual page")
    .description("Prints the manual page glance-direct(1), for man to show or to install.")
    .action(() =>
      run(() => {
        const page = manPage(commandTree(command.parent ?? command), VERSION);
        return Promise.resolve({ json: { page }, text: page });
      })
    );
  return document(command, {
    examples: [
      ["man | man -l -", "read it"],
      ["man > /usr/local/share/man/man1/glance-direct.1", "install it"],
    ],
    exits: [0],
  });
}
