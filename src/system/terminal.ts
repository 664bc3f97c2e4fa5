/**
 * The real standard streams.
 *
 * @module
 */
import { fstatSync } from "node:fs";
import type { Environment, Terminal } from "@/context.ts";
import { expectedFailure, messageOf, ToolError } from "@/errors.ts";

const STDERR = 2;

/** The standard streams of this process. */
export function systemTerminal(env: Environment): Terminal {
  const isTerminal = Deno.stderr.isTerminal();
  const isOutputTerminal = Deno.stdout.isTerminal();
  const encoder = new TextEncoder();
  return {
    isTerminal,
    isOutputTerminal,
    isJournal: isJournal(env.get("JOURNAL_STREAM")),
    isRich: isTerminal && (env.get("NO_COLOR") ?? "") === "" && env.get("TERM") !== "dumb",
    columns: () => isTerminal || isOutputTerminal ? columnsOfTerminal() : 80,
    out: (text) => write(Deno.stdout, encoder.encode(text)),
    // A log that nobody reads any more is no reason to fail.
    err: (text) => ignoringClosed(() => write(Deno.stderr, encoder.encode(text))),
    outBytes: (data) => write(Deno.stdout, data),
    readInput: () => new Response(Deno.stdin.readable).text(),
  };
}

/**
 * Whether standard error is the journal (systemd.exec(5), `$JOURNAL_STREAM`: device and inode).
 * Programs inherit the variable even if another program, such as nova-compute, reads their standard
 * error.
 */
function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(STDERR);
  return stream === `${dev}:${ino}`;
}

/** A serial console, and `script` without its own terminal, report 0: the width is unknown. */
function columnsOfTerminal(): number {
  const { columns } = Deno.consoleSize();
  return columns > 0 ? columns : 80;
}

/**
 * One `write` per call if the kernel accepts it whole, so that journal records do not split.
 *
 * @throws {ToolError} `reader_gone`, if the reader has closed the pipe; `io`.
 */
function write(stream: { writeSync(data: Uint8Array): number }, data: Uint8Array): void {
  try {
    for (let done = 0; done < data.length;) done += stream.writeSync(data.subarray(done));
  } catch (error) {
    const code = error instanceof Deno.errors.BrokenPipe ? "reader_gone" : "io";
    const message = `Cannot write to standard output: ${messageOf(error)}`;
    throw new ToolError(code, message, { cause: error });
  }
}

function ignoringClosed(action: () => void): void {
  try {
    action();
  } catch (error) {
    expectedFailure(error);
  }
}
