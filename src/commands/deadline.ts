/**
 * The time limit of a whole run (`--timeout`).
 *
 * @module
 */
import type { Session } from "@/commands/session.ts";
import { Deadline } from "@/deadline.ts";
import { ToolError } from "@/errors.ts";

/** The session's signal, which also aborts when the time is up. */
export function deadline({ config, context, signal }: Session): AbortSignal {
  const timeout = config.get("glance_direct.timeout");
  if (timeout === undefined || timeout === null) return signal;
  const origin = config.originOf("glance_direct.timeout").replace("flag ", "");
  const setting = origin.startsWith("--") ? origin : `[glance_direct]timeout, ${origin}`;
  const expired = () =>
    new ToolError("timeout", `Not finished within ${timeout / 1000} s (${setting})`, {
      hints: ["raise --timeout or [glance_direct]timeout"],
    });
  return new Deadline(context.clock, timeout, signal, expired).signal;
}
