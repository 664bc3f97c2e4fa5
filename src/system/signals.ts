/**
 * Signals of the operating system as one abort signal.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

/**
 * Aborts on SIGINT and SIGTERM, so that everything under way can be taken back. A second one ends the
 * process at once.
 */
export function signalsAsAbort(): AbortSignal {
  const controller = new AbortController();
  const stop = (error: ToolError) => {
    if (controller.signal.aborted) Deno.exit(error.exitStatus);
    controller.abort(error);
  };
  Deno.addSignalListener("SIGINT", () => stop(new ToolError("interrupted", "Interrupted")));
  Deno.addSignalListener("SIGTERM", () => stop(new ToolError("terminated", "Terminated")));
  return controller.signal;
}
