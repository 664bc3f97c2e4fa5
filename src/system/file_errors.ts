/**
 * Turns what the file system says into a {@linkcode ToolError} that names the path and the remedy.
 *
 * @module
 */
import { type ErrorCode, messageOf, ToolError } from "@/errors.ts";

/** Words of errno(3) that have a code of their own. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "no_space",
  EDQUOT: "no_space",
  EFBIG: "no_space",
  EROFS: "cannot_create",
};

const HINTS: Readonly<Record<string, string>> = {
  no_space: "free some space: glance-direct cache prune --dry-run, or df -h",
  cannot_create: "check the owner and the mode of the directory: ls -ld",
  permission_denied: "run as the user that owns it (nova on a compute host): ls -ld",
  io: "look at the kernel's log: journalctl -k",
};

/** Runs `operation`; what it throws comes out as a {@linkcode ToolError}. */
export function guarded<T>(doing: string, path: string, code: ErrorCode, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw fileError(doing, path, code, error);
  }
}

/**
 * The error for a failed file operation.
 *
 * @param doing What was tried, as in "write".
 * @param code The code where the system's own word names no better one.
 */
export function fileError(doing: string, path: string, code: ErrorCode, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const known = CODES[errnoOf(error)] ?? (isDenied(error) ? denied(code) : code);
  return new ToolError(known, `Cannot ${doing} '${path}': ${messageOf(error)}`, {
    cause: error,
    hints: hintsFor(known),
  });
}

function hintsFor(code: ErrorCode): readonly string[] {
  const hint = HINTS[code];
  return hint === undefined ? [] : [hint];
}

/** Creating where one may not is 73 (the target), reading what one may not is 77 (the permission). */
function denied(code: ErrorCode): ErrorCode {
  return code === "io" ? "permission_denied" : code;
}

/** What `node:fs` throws has a code and no class. */
function isDenied(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable || ["EACCES", "EPERM"].includes(errnoOf(error));
}

function errnoOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  // Deno gives some errno values no name of their own, only the number in the message.
  const number = /\(os error (\d+)\)/.exec(error.message)?.[1];
  return { "28": "ENOSPC", "122": "EDQUOT", "27": "EFBIG", "30": "EROFS" }[number ?? ""] ?? "";
}
