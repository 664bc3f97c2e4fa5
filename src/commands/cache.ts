/**
 * `cache`: looking at nova's image cache, and keeping it in order.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { cacheListCommand } from "@/commands/cache_list.ts";
import { cachePruneCommand } from "@/commands/cache_prune.ts";
import { cacheVerifyCommand } from "@/commands/cache_verify.ts";
import type { Run } from "@/commands/session.ts";

/** The command with its subcommands. */
export function cacheCommand(run: Run) {
  return new Command("cache")
    .summary("look at the cache and keep it in order")
    .description("Looks at nova's image cache, verifies it, and removes what is not needed.")
    .addCommand(cacheListCommand(run))
    .addCommand(cacheVerifyCommand(run))
    .addCommand(cachePruneCommand(run));
}
