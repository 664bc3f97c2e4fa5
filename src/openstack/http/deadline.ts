/**
 * A time limit for one operation: work that is given a signal ends with a `timeout` error when its
 * time is up.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { Deadline } from "@/deadline.ts";
import { ToolError } from "@/errors.ts";

/** Parameters of {@linkcode withDeadline}. */
export interface DeadlineOptions {
  /** Maximum duration of the work, in milliseconds. */
  readonly timeoutMs: number;
  /** The action, for the message: `Cannot ${action}: no answer within … (setting)`. */
  readonly action: string;
  /** Ends the work early with its own reason. */
  readonly signal: AbortSignal;
  /** The setting that raises the limit; `null` if there is none. @default {"[glance]timeout"} */
  readonly setting?: string | null;
  /**
   * Whether nothing of the work continues after it: its listener is then removed from the caller's
   * signal, which would otherwise collect one for every operation.
   *
   * @default {false}
   */
  readonly final?: boolean;
}

/**
 * Runs `work` with a signal that follows `options.signal` and aborts when the time is up. The
 * signal stays linked to the caller's after the work is done, so that a body that is still being
 * read can be ended, unless the work is `final`; the time limit ends with the work.
 *
 * @throws {ToolError} `timeout` when the time is up; else the error of the work or the signal.
 */
export async function withDeadline<T>(
  clock: Clock,
  options: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using deadline = new Deadline(clock, options.timeoutMs, options.signal, () => timedOut(options));
  try {
    return await work(deadline.signal);
  } finally {
    if (options.final === true) deadline.end();
  }
}

function timedOut({ action, setting = "[glance]timeout", timeoutMs }: DeadlineOptions): ToolError {
  const bound = `${timeoutMs / 1000} s${setting === null ? "" : ` (${setting})`}`;
  const raise = setting === null ? "" : `, or raise ${setting}`;
  return new ToolError("timeout", `Cannot ${action}: no answer within ${bound}`, {
    hints: [`check the service and the network between${raise}`],
  });
}
