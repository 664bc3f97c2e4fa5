/**
 * Turns what the file system says into a {@linkcode ToolError} that names the path and the remedy.
 *
 * @module
 */
import { dirname } from "node:path";
import { type ErrorCode, messageOf, ToolError } from "@/errors.ts";
import { ownGroup } from "@/system/own_group.ts";

/** Words of errno(3) that have a code of their own. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "no_space",
  EDQUOT: "no_space",
  EFBIG: "no_space",
  EROFS: "cannot_create",
};

/** What helps, as a command that the operator can type. */
const HINTS: Readonly<Partial<Record<ErrorCode, (path: string) => string>>> = {
  no_space: () => "free some space: glance-direct cache prune --dry-run, or df -h",
  cannot_create: (path) => `check the owner and the mode of the directory: ls -ld ${dirname(path)}`,
  permission_denied: (path) =>
    `run as the user that owns it (nova on a compute host): ls -ld ${path}`,
  io: () => "look at the kernel's log: journalctl -k",
};

/** Runs `operation`; what it throws comes out as a {@linkcode ToolError}. */
export function guarded<T>(doing: string, path: string, code: ErrorCode, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw fileError(doing, path, code, error);
  }
}

/** {@linkcode guarded} for an operation that takes its time. */
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
 * @param doing What was tried, as in "write".
 * @param code The code where the system's own word names no better one.
 */
export function fileError(doing: string, path: string, code: ErrorCode, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const known = CODES[errnoOf(error)] ?? (isDenied(error) ? denied(code) : code);
  return new ToolError(known, `Cannot ${doing} '${path}': ${reasonOf(error)}`, {
    cause: error,
    hints: hintsFor(known, doing, path, error),
  });
}

/** The system's own words, without Deno's number and repetition of the path behind them. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "this program may not touch it";
  return messageOf(error).replace(/ \(os error \d+\)(?:: .*)?$/s, "");
}

function hintsFor(
  code: ErrorCode,
  doing: string,
  path: string,
  error: unknown,
): readonly string[] {
  if (error instanceof Deno.errors.NotFound) {
    return [`look at what is there: ls -l ${dirname(path)}`];
  }
  if (errnoOf(error) === "EROFS") {
    return [`it lies on a read-only file system: findmnt -T ${dirname(path)}`];
  }
  const isRead = doing === "read" || doing === "open";
  if (code === "permission_denied" && isRead && isClosedToGroups(path)) return [groupHint(path)];
  const hint = HINTS[code];
  return hint === undefined ? [] : [hint(path)];
}

/** A file that no group but root's may read, as `ceph auth get -o` makes a keyring. */
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
  return `let this user's group read it: chgrp ${ownGroup(uidOf())} ${path}; chmod 640 ${path}`;
}

function uidOf(): number | null {
  try {
    return Deno.uid();
  } catch {
    return null;
  }
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
