/**
 * A failure as the operator sees it, in both formats.
 *
 * @module
 */
import { attemptLines, DownloadError } from "@/transfer/failure.ts";
import type { Attempt } from "@/transfer/result.ts";
import { messageOf, ToolError } from "@/errors.ts";
import { oneLine } from "@/ui/one_line.ts";

/** A failure ready to be printed to standard error. */
export interface RenderedFailure {
  /** Text with its last newline. */
  readonly text: string;
  /** Exit status. */
  readonly status: number;
}

/** Puts an error into words; what is no {@linkcode ToolError} is a bug and shows its stack. */
export function renderFailure(error: unknown, format: "text" | "json"): RenderedFailure {
  const known = error instanceof ToolError ? error : bug(error);
  const { code, exitStatus, message, hints } = known;
  const attempts = known instanceof DownloadError ? known.attempts : [];
  if (format === "text") {
    // A stack has lines of its own; everything else may quote what others say.
    const said = code === "internal" ? [message] : messageLines(message, attempts).map(oneLine);
    const lines = [
      ...said.map((line) => `error: ${line}`),
      ...hints.map((hint) => `hint: ${oneLine(hint)}`),
    ];
    return { text: lines.map((line) => `glance-direct: ${line}\n`).join(""), status: exitStatus };
  }
  const object = { type: "error", code, exit_status: exitStatus, message, hints, attempts };
  return { text: `${JSON.stringify(object)}\n`, status: exitStatus };
}

/** What several sources said is a line each: in one sentence nobody finds where one ends. */
function messageLines(message: string, attempts: readonly Attempt[]): readonly string[] {
  const lines = attemptLines(attempts);
  const told = lines.join("; ");
  if (lines.length < 2 || !message.endsWith(told)) return [message];
  return [`${message.slice(0, -told.length)}no source is left`, ...lines];
}

function bug(error: unknown): ToolError {
  const stack = error instanceof Error ? error.stack ?? error.message : messageOf(error);
  return new ToolError("internal", `This is a bug: ${stack}`, {
    cause: error,
    hints: ["please report it with the line above and the output of glance-direct --version"],
  });
}
