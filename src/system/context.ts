/**
 * The real {@linkcode Context}.
 *
 * @module
 */
import type { Context, Identity, Log } from "@/context.ts";
import { systemClock } from "@/system/clock.ts";
import { systemEnvironment, unlessDenied } from "@/system/environment.ts";
import { systemFiles } from "@/system/files.ts";
import { systemProcesses } from "@/system/processes.ts";
import { resolve } from "@/system/resolve.ts";
import { connectUnverified } from "@/system/unverified_socket.ts";
import { statusRequests } from "@/system/signals.ts";
import { systemTerminal } from "@/system/terminal.ts";

/** The outside world of this process; `log` is replaced when its format is known. */
export function systemContext(): Context {
  const silent: Log = () => {};
  return {
    clock: systemClock,
    env: systemEnvironment,
    files: systemFiles,
    processes: systemProcesses,
    fetch: (input, init) => fetch(input, init),
    resolve,
    reach: async (address, signal) => (await Deno.connect({ ...address, signal })).close(),
    connectUnverified,
    terminal: systemTerminal(systemEnvironment),
    log: silent,
    identity: systemIdentity(),
    random: () => Math.random(),
    onStatusRequest: statusRequests(),
    relinquish: (kinds) => {
      for (const name of kinds) Deno.permissions.revokeSync({ name });
    },
  };
}

function systemIdentity(): Identity {
  return {
    uid: unlessDenied(() => Deno.uid(), null),
    pid: Deno.pid,
    hostname: unlessDenied(() => Deno.hostname(), "localhost"),
  };
}
