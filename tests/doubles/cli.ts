/**
 * The program within the test: its command line on this machine, with captured output.
 *
 * @module
 */
import { runCli } from "@/cli.ts";
import type { Context, Terminal } from "@/context.ts";
import { systemContext } from "@/system/context.ts";

/** How a run ended and what it said. */
export interface CliEnd {
  /** Exit status. */
  readonly status: number;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly err: string;
}

/** Runs a command line. */
export async function cli(...argv: readonly string[]): Promise<CliEnd> {
  return await cliAt({}, ...argv);
}

/** Runs a command line at another terminal than that of the tests. */
export async function cliAt(
  terminal: Partial<Terminal>,
  ...argv: readonly string[]
): Promise<CliEnd> {
  return await runWith({}, terminal, argv);
}

/** Runs a command line on another machine than this one. It gives no permission up. */
export async function cliWith(
  change: Partial<Context>,
  ...argv: readonly string[]
): Promise<CliEnd> {
  return await runWith(change, {}, argv);
}

async function runWith(
  change: Partial<Context>,
  ofTerminal: Partial<Terminal>,
  argv: readonly string[],
): Promise<CliEnd> {
  const context = {
    ...systemContext(),
    onStatusRequest: () => {},
    relinquish: () => {},
    ...change,
  };
  let [out, err] = ["", ""];
  const terminal = {
    ...context.terminal,
    columns: () => 80,
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    ...ofTerminal,
  };
  const status = await runCli(argv, { ...context, terminal }, new AbortController().signal);
  return { status, out, err };
}
