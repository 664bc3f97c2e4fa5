/**
 * Signals of the operating system: those that end the program, as one abort signal, and SIGUSR1.
 *
 * @module
 */
import type { Environment } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** Set by nova's hook for the program that it starts: the process id of nova-compute. */
const PARENT = "GLANCE_DIRECT_HOOK_PARENT";

/** How often a run that must not outlive its parent checks for it, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Aborts on SIGINT and SIGTERM, so that everything in progress can be cleaned up. A second signal
 * ends the process immediately.
 *
 * A run that nova-compute waits for is different. When a service is stopped, systemd sends SIGTERM
 * to all its processes (systemd.kill(5)), and nova-compute first finishes its builds, for up to
 * three minutes in nova 34. If a fetch ended then, nova would start its own download. So such a run
 * ignores the first SIGTERM; a second one aborts it, and so does the end of nova-compute.
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

/** Calls back once the parent process has ended: the kernel then assigns another parent. */
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
 * SIGUSR1 requests the progress. It is handled from the first listener on; before that, and in a
 * program without a listener, it ends the process. From 2.9.2 on, Deno's own program also opens its
 * debugger (denoland/deno#35738); a compiled one does not.
 *
 * @returns Sets the function that answers and replaces the one before.
 */
export function statusRequests(): (answer: () => void) => void {
  let current: (() => void) | undefined;
  return (answer) => {
    if (current === undefined) Deno.addSignalListener("SIGUSR1", () => current?.());
    current = answer;
  };
}
