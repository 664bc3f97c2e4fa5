/**
 * Runs one command as `main.ts` does, in a Worker, and reports which permissions are left at its
 * end.
 *
 * @module
 */
import { runCli } from "@/cli.ts";
import { systemContext } from "@/system/context.ts";
import { ownPort } from "@/thread.ts";

/** A command line, and where `rbd` is. */
export interface Command {
  /** Its words. */
  readonly args: readonly string[];
  /** Absolute path. */
  readonly rbd: string;
}

/** What came of a command. */
export interface Relinquished {
  /** Its exit status. */
  readonly status: number;
  /** What it said. */
  readonly said: string;
  /** The permissions that the thread still has. */
  readonly left: readonly string[];
}

const KINDS = ["run", "read", "write", "net", "env", "sys", "ffi"] as const;

const port = ownPort<Command, Relinquished>();

port.onmessage = async ({ data: { args, rbd } }) => {
  const context = systemContext();
  let said = "";
  const hear = (text: string) => void (said += text);
  const terminal = { ...context.terminal, isTerminal: false, isRich: false, out: hear, err: hear };
  const never = new AbortController().signal;
  const status = await runCli(args, { ...context, terminal }, never, rbd);
  const left = KINDS.filter((name) => Deno.permissions.querySync({ name }).state === "granted");
  port.postMessage({ status, said, left });
};
