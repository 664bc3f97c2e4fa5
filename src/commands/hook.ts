/**
 * `hook install`, `hook uninstall`, `hook status` and `hook fetch`: replace nova-compute's own
 * downloads.
 *
 * @module
 */
import { commandGroup } from "@/commands/command.ts";
import { hookFetchCommand } from "@/commands/hook_fetch.ts";
import { hookInstallCommand, hookUninstallCommand } from "@/commands/hook_install.ts";
import { hookStatusCommand } from "@/commands/hook_status.ts";
import type { Run } from "@/commands/session.ts";
import type { AnyCommand } from "@/manual/commander.ts";

/** The command with its subcommands. */
export function hookCommand(run: Run): AnyCommand {
  return commandGroup(
    "hook",
    "let nova-compute fetch images with this program",
    "Installs glance-direct in nova-compute, and removes it.",
    [
      hookFetchCommand(run),
      hookInstallCommand(run),
      hookStatusCommand(run),
      hookUninstallCommand(run),
    ],
    { examples: ["hook install", "hook status", "hook uninstall"], exits: [0, 64] },
  );
}
