/**
 * `completion bash|zsh|fish`: the script that lets a shell complete command lines.
 *
 * @module
 */
import { Argument, Command } from "commander";
import type { BuiltCommand } from "@/commands/command.ts";
import type { Run } from "@/commands/session.ts";
import { bashCompletion } from "@/manual/bash.ts";
import { type CommandEntry, commandTree } from "@/manual/command_tree.ts";
import { document } from "@/manual/documentation.ts";
import { fishCompletion } from "@/manual/fish.ts";
import { zshCompletion } from "@/manual/zsh.ts";

const SHELLS: Readonly<Record<string, (root: CommandEntry) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** The command; it describes the program that it is put under. */
export function completionCommand(run: Run): BuiltCommand {
  const command: Command = new Command("completion")
    .summary("print a completion script")
    .description("Prints the script that completes command lines of this program in a shell.")
    .addArgument(new Argument("<shell>", "for which shell").choices(Object.keys(SHELLS)))
    .action((shell: string) =>
      run(() => {
        const script = SHELLS[shell]?.(commandTree(command.parent ?? command)) ?? "";
        return Promise.resolve({ json: { shell, script }, text: script });
      })
    );
  return document(command, {
    examples: [
      "completion bash > /usr/share/bash-completion/completions/glance-direct",
      "completion zsh > /usr/local/share/zsh/site-functions/_glance-direct",
      "completion fish > ~/.config/fish/completions/glance-direct.fish",
    ],
    exits: [0, 64],
  });
}
