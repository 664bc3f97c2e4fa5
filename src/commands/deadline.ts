/**
 * The bound on a whole run (`--timeout`).
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Session } from "@/commands/session.ts";
import { ToolError } from "@/errors.ts";

/** The session's signal, aborted also when the time is over. */
export function deadline({ config, context, signal }: Session): AbortSignal {
  const timeout = config.get("glance_direct.timeout");
  if (timeout === undefined || timeout === null) return signal;
  const expiry = new AbortController();
  const stop = () =>
    expiry.abort(
      new ToolError("timeout", `Not done within ${timeout / 1000} s`, {
        hints: ["raise --timeout or [glance_direct]timeout"],
      }),
    );
  context.clock.sleep(timeout, signal).then(stop, () => {});
  return anySignal(signal, expiry.signal);
}
