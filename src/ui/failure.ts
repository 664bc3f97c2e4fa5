/**
 * An error as the operator sees it, in both formats.
 *
 * @module
 */
import { attemptLines, DownloadError } from "@/transfer/failure.ts";
import type { Attempt } from "@/transfer/result.ts";
import { messageOf, ToolError } from "@/errors.ts";
import { oneLine } from "@/ui/one_line.ts";
import { hangingHint, hangingParts } from "@/ui/wrap.ts";

/** An error ready for standard error. */
export interface RenderedFailure {
  /** Text with a trailing newline. */
  readonly text: string;
  /** Exit status. */
  readonly status: number;
}

/**
 * Formats an error; anything else than a {@linkcode ToolError} is a bug and shows its stack.
 *
 * @param columns Width of the terminal. @default {Infinity}, which keeps each message on one line
 */
export function renderFailure(
  error: unknown,
  format: "text" | "json",
  columns = Infinity,
): RenderedFailure {
  const known = error instanceof ToolError ? error : bug(error);
  const { code, exitStatus, message, hints } = known;
  const attempts = known instanceof DownloadError ? known.attempts : [];
  if (format === "text") {
    // A stack has its own lines; everything else may quote untrusted text.
    const said = code === "internal" ? [`${ERROR} ${message}`] : messageLines(message, attempts)
      .map((line) => hangingParts([`${ERROR} ${oneLine(line)}`], columns));
    const lines = [...said, ...hints.map((hint) => hangingHint(HINT, oneLine(hint), columns))];
    return { text: lines.map((line) => `${line}\n`).join(""), status: exitStatus };
  }
  const object = { type: "error", code, exit_status: exitStatus, message, hints, attempts };
  return { text: `${JSON.stringify(object)}\n`, status: exitStatus };
}

const ERROR = "glance-direct: error:";
const HINT = "glance-direct: hint:";

/** The errors of several sources get one line each, which is easier to read than one sentence. */
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
