/**
 * `completion bash|zsh|fish`: prints the shell's completion script.
 *
 * @module
 */
import { Argument, Command } from "commander";
import type { BuiltCommand } from "@/commands/command.ts";
import type { Run } from "@/commands/session.ts";
import { document } from "@/manual/documentation.ts";
import { COMPLETION_SCRIPTS } from "@/manual/shells.ts";

/** The command. */
export function completionCommand(run: Run): BuiltCommand {
  const command = new Command("completion")
    .summary("print a completion script")
    .description(
      "Prints the script that completes command lines of this program in a shell. The script asks\n" +
        "the program, which knows its options, and the images of Glance and of the cache.",
    )
    .addArgument(
      new Argument("<shell>", "for which shell").choices(Object.keys(COMPLETION_SCRIPTS)),
    )
    .action((shell: keyof typeof COMPLETION_SCRIPTS) =>
      run(() => {
        const script = COMPLETION_SCRIPTS[shell];
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
