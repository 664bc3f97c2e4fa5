/**
 * `cache`: commands to inspect and maintain nova's image cache.
 *
 * @module
 */
import { cacheListCommand } from "@/commands/cache_list.ts";
import { cachePruneCommand } from "@/commands/cache_prune.ts";
import { cacheVerifyCommand } from "@/commands/cache_verify.ts";
import { commandGroup } from "@/commands/command.ts";
import type { Run } from "@/commands/session.ts";
import type { AnyCommand } from "@/manual/commander.ts";

/** The command with its subcommands. */
export function cacheCommand(run: Run): AnyCommand {
  return commandGroup(
    "cache",
    "inspect and maintain the image cache",
    "Lists nova's image cache, verifies it, and removes unneeded files.",
    [cacheListCommand(run), cacheVerifyCommand(run), cachePruneCommand(run)],
    { examples: ["cache list", "cache verify", "cache prune --dry-run"], exits: [0, 64] },
  );
}
