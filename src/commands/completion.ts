/**
 * `completion bash|zsh|fish`: prints the shell's completion script.
 *
 * @module
 */
import { Argument, Command } from "@commander-js/extra-typings";
import type { Run } from "@/commands/session.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { document } from "@/manual/documentation.ts";
import { COMPLETION_SCRIPTS } from "@/manual/shells.ts";

/** The command. */
export function completionCommand(run: Run): AnyCommand {
  const command = new Command("completion")
    .summary("print a completion script")
    .description(
      "Prints the script that completes command lines of this program in a shell. The script asks\n" +
        "the program, which knows its options, and the images of Glance and of the cache.",
    )
    .addArgument(new Argument("<shell>", "for which shell").choices(["bash", "zsh", "fish"]))
    .action((shell) =>
      run(() => {
        const script = COMPLETION_SCRIPTS[shell];
        return { json: { shell, script }, text: script };
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
