/**
 * A failure as the operator sees it, in both formats.
 *
 * @module
 */
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
  if (format === "text") {
    // A stack has lines of its own; everything else may quote what others say.
    const said = code === "internal" ? message : oneLine(message);
    const lines = [`error: ${said}`, ...hints.map((hint) => `hint: ${oneLine(hint)}`)];
    return { text: lines.map((line) => `glance-direct: ${line}\n`).join(""), status: exitStatus };
  }
  const attempts = "attempts" in known ? known.attempts : [];
  const object = { type: "error", code, exit_status: exitStatus, message, hints, attempts };
  return { text: `${JSON.stringify(object)}\n`, status: exitStatus };
}

function bug(error: unknown): ToolError {
  const stack = error instanceof Error ? error.stack ?? error.message : messageOf(error);
  return new ToolError("internal", `This is a bug: ${stack}`, {
    cause: error,
    hints: ["please report it with the line above and the output of glance-direct --version"],
  });
}
