/**
 * glance-direct: argv in, exit status out.
 *
 * @module
 */
import { runCli } from "@/cli.ts";
import { systemContext } from "@/system/context.ts";
import { signalsAsAbort } from "@/system/signals.ts";

if (import.meta.main) {
  // Everything is released when `runCli` returns; a thread that still waits for a lock is not awaited.
  Deno.exit(await runCli(Deno.args, systemContext(), signalsAsAbort()));
}
