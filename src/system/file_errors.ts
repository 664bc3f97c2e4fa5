/**
 * Turns errors of the file system into a {@linkcode ToolError} with the path and a fix.
 *
 * @module
 */
import { dirname } from "node:path";
import { type ErrorCode, messageOf, ToolError } from "@/errors.ts";
import { spaceHints } from "@/hints.ts";
import { unlessDenied } from "@/system/environment.ts";
import { ownGroup } from "@/system/own_group.ts";

/** errno(3) names that have their own code. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "no_space",
  EDQUOT: "no_space",
  EFBIG: "no_space",
  EROFS: "cannot_create",
};

/** Hints as commands that the operator can run. */
const HINTS: Readonly<Partial<Record<ErrorCode, (path: string) => string>>> = {
  cannot_create: (path) => `check the owner and the mode of the directory: ls -ld ${dirname(path)}`,
  permission_denied: (path) =>
    `run as its owner, as a member of its group, or as root: ls -ld ${path}`,
  io: () => "check the kernel log: journalctl -k",
};

/** Runs `operation`; any error becomes a {@linkcode ToolError}. */
export function guarded<T>(doing: string, path: string, code: ErrorCode, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw fileError(doing, path, code, error);
  }
}

/** {@linkcode guarded} for an asynchronous operation. */
export async function guardedWait<T>(
  doing: string,
  path: string,
  code: ErrorCode,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw fileError(doing, path, code, error);
  }
}

/**
 * The error for a failed file operation.
 *
 * @param doing The action, as in "write".
 * @param code The code if the system's error has no better one.
 */
export function fileError(doing: string, path: string, code: ErrorCode, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const known = CODES[errnoOf(error)] ?? (isDenied(error) ? denied(code) : code);
  return new ToolError(known, `Cannot ${doing} '${path}': ${reasonOf(error)}`, {
    cause: error,
    hints: hintsFor(known, doing, path, error),
  });
}

/** The system's own message, without Deno's number and repeated path. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "this program has no permission for it";
  return messageOf(error).replace(/ \(os error \d+\)(?:: .*)?$/s, "");
}

function hintsFor(code: ErrorCode, doing: string, path: string, error: unknown): readonly string[] {
  if (error instanceof Deno.errors.NotFound) {
    return [`check what is there: ls -l ${dirname(path)}`];
  }
  if (errnoOf(error) === "EROFS") {
    return [`it is on a read-only file system: findmnt -T ${dirname(path)}`];
  }
  const isRead = doing === "read" || doing === "open";
  if (code === "permission_denied" && isRead && isClosedToGroups(path)) return [groupHint(path)];
  if (code === "no_space") return spaceHints(path);
  const hint = HINTS[code];
  return hint === undefined ? [] : [hint(path)];
}

/** A file that only root's group may read, like a keyring made by `ceph auth get -o`. */
function isClosedToGroups(path: string): boolean {
  try {
    const { gid, isFile, mode } = Deno.statSync(path);
    const isOpen = (bit: number) => ((mode ?? 0) & bit) !== 0;
    return isFile && !isOpen(0o004) && (gid === 0 || !isOpen(0o040));
  } catch {
    return false;
  }
}

function groupHint(path: string): string {
  return `let this user's group read it: chgrp ${
    ownGroup(unlessDenied(() => Deno.uid(), null))
  } ${path}; chmod 640 ${path}`;
}

/** A missing permission to create is 73 (the target), to read 77 (the permission). */
function denied(code: ErrorCode): ErrorCode {
  return code === "io" ? "permission_denied" : code;
}

/** Errors of `node:fs` have a code and no class. */
function isDenied(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable || ["EACCES", "EPERM"].includes(errnoOf(error));
}

function errnoOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  // Deno does not name some errno values; their number is only in the message.
  const number = /\(os error (\d+)\)/.exec(error.message)?.[1];
  return { "28": "ENOSPC", "122": "EDQUOT", "27": "EFBIG", "30": "EROFS" }[number ?? ""] ?? "";
}
