/**
 * `man`: the manual pages.
 *
 * @module
 */
import { Command, Option } from "@commander-js/extra-typings";
import type { Run } from "@/commands/session.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { document } from "@/manual/documentation.ts";
import { configPage } from "@/manual/config_page.ts";
import { manPage } from "@/manual/man_page.ts";
import { pageText } from "@/manual/page_text.ts";
import type { Page } from "@/ui/page.ts";
import { VERSION } from "@/version.ts";

/** On a terminal the page as text, with how to read it page by page; elsewhere as man(1) reads it. */
function onTerminal(page: string, section: string): (to: Page) => string {
  const option = section === "1" ? "" : ` --section ${section}`;
  return ({ columns }) =>
    columns === Infinity
      ? page
      : `${pageText(page, columns)}\n\nPage by page: glance-direct man${option} | man -l -`;
}

/** The command; it describes the program that it belongs to. */
export function manCommand(run: Run): AnyCommand {
  const command = new Command("man")
    .summary("print the manual pages")
    .description(
      "Prints a manual page: glance-direct(1) has the commands, glance-direct(5) every option of\n" +
        "the configuration. A pipe or a file gets it in the format that man(1) reads.",
    )
    .addOption(
      new Option("--section <number>", "section of the manual").choices(["1", "5"]).default("1"),
    )
    .action(({ section }, { parent }) =>
      run(() => {
        const page = section === "5" ? configPage(VERSION) : manPage(parent!, VERSION);
        return { json: { page }, text: onTerminal(page, section) };
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
