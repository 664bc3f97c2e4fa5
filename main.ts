/**
 * glance-direct: argv in, exit status out.
 *
 * @module
 */
import { runCli } from "@/cli.ts";
import { systemContext } from "@/system/context.ts";
import { ignoreRuntimeVariables } from "@/system/runtime_variables.ts";
import { signalsAsAbort } from "@/system/signals.ts";

if (import.meta.main) {
  ignoreRuntimeVariables();
  // Everything is released when `runCli` returns; a thread that still waits for a lock is not awaited.
  const context = systemContext();
  Deno.exit(await runCli(Deno.args, context, signalsAsAbort(context.env)));
}
