/**
 * `man`: the manual pages.
 *
 * @module
 */
import { Command, Option } from "commander";
import type { BuiltCommand } from "@/commands/command.ts";
import type { Run } from "@/commands/session.ts";
import { commandTree } from "@/manual/command_tree.ts";
import { document } from "@/manual/documentation.ts";
import { configPage } from "@/manual/config_page.ts";
import { manPage } from "@/manual/man_page.ts";
import { VERSION } from "@/version.ts";

/** The command; it describes the program that it belongs to. */
export function manCommand(run: Run): BuiltCommand {
  const command: Command = new Command("man")
    .summary("print the manual pages")
    .description(
      "Prints a manual page, for man to show or to install: glance-direct(1) has the commands,\n" +
        "glance-direct(5) every option of the configuration.",
    )
    .addOption(
      new Option("--section <number>", "section of the manual").choices(["1", "5"]).default("1"),
    )
    .action(({ section }: { readonly section: string }) =>
      run(() => {
        const page = section === "5"
          ? configPage(VERSION)
          : manPage(commandTree(command.parent ?? command), VERSION);
        return Promise.resolve({ json: { page }, text: page });
      })
    );
  return document(command, {
    examples: [
      ["man | man -l -", "read it"],
      ["man --section 5 | man -l -", "every option of the configuration"],
      ["man > /usr/local/share/man/man1/glance-direct.1", "install it"],
    ],
    exits: [0, 64],
  });
}
