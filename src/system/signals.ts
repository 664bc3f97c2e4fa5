/**
 * Signals of the operating system: those that end the program as one abort signal, and SIGUSR1.
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

/**
 * SIGUSR1 asks how far it is. It is listened to from the first listener on; before, and in a program
 * that never listens, it ends the process. Deno's own program, from 2.9.2 on, opens its debugger as well
 * (denoland/deno#35738); a compiled one does not.
 *
 * @returns Takes the one who answers, in the place of the one before.
 */
export function statusRequests(): (answer: () => void) => void {
  let current: (() => void) | undefined;
  return (answer) => {
    if (current === undefined) Deno.addSignalListener("SIGUSR1", () => current?.());
    current = answer;
  };
}
