/**
 * Signals of the operating system: those that end the program as one abort signal, and SIGUSR1.
 *
 * @module
 */
import type { Environment } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** Set by nova's hook for the one program that it starts: the process id of nova-compute. */
const PARENT = "GLANCE_DIRECT_HOOK_PARENT";

/** How often a run that must not outlive its parent looks for it, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Aborts on SIGINT and SIGTERM, so that everything under way can be taken back. A second one ends the
 * process at once.
 *
 * What nova-compute waits for is another matter. When a service is stopped, systemd sends SIGTERM to all
 * its processes (systemd.kill(5)), and nova-compute finishes its builds first, for up to three minutes in
 * nova 34. A fetch that ended then would have nova begin the download anew. So the first SIGTERM is
 * ignored there; a second one aborts, and so does the end of nova-compute.
 */
export function signalsAsAbort({ get }: Pick<Environment, "get">): AbortSignal {
  const controller = new AbortController();
  const stop = (error: ToolError) => {
    if (controller.signal.aborted) Deno.exit(error.exitStatus);
    controller.abort(error);
  };
  const terminate = () => stop(new ToolError("terminated", "Terminated"));
  Deno.addSignalListener("SIGINT", () => stop(new ToolError("interrupted", "Interrupted")));
  let ignored = get(PARENT) === String(Deno.ppid) ? 1 : 0;
  if (ignored > 0) afterParent(() => stop(new ToolError("terminated", "nova-compute has ended")));
  Deno.addSignalListener("SIGTERM", () => void (ignored-- > 0 || terminate()));
  return controller.signal;
}

/** Calls once the process that started this one has ended: the kernel gives it another parent then. */
function afterParent(call: () => void): void {
  const parent = Deno.ppid;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    call();
  }, LOOK_MS);
  Deno.unrefTimer(timer);
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
