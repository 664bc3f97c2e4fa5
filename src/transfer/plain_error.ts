/**
 * Carries errors between threads: only plain values cross, so one side takes an error apart and the
 * other rebuilds it.
 *
 * @module
 */
import { DownloadError } from "@/transfer/failure.ts";
import type { Attempt } from "@/transfer/result.ts";
import { type ErrorCode, messageOf, ToolError } from "@/errors.ts";

/** An error taken apart. */
export type PlainError =
  | {
    readonly kind: "tool";
    readonly code: ErrorCode;
    readonly message: string;
    readonly hints: readonly string[];
    readonly retryAfter: number | undefined;
    readonly attempts: readonly Attempt[] | undefined;
  }
  | { readonly kind: "bug"; readonly message: string; readonly stack: string | undefined };

/**
 * Takes an error apart; anything else than a {@linkcode ToolError} is a bug and keeps its stack.
 */
export function toPlain(error: unknown): PlainError {
  if (!(error instanceof ToolError)) {
    const stack = error instanceof Error ? error.stack : undefined;
    return { kind: "bug", message: messageOf(error), stack };
  }
  const { code, message, hints, retryAfter } = error;
  const attempts = error instanceof DownloadError ? error.attempts : undefined;
  return { kind: "tool", code, message, hints, retryAfter, attempts };
}

/** Rebuilds the error. */
export function fromPlain(plain: PlainError): Error {
  if (plain.kind === "bug") return bug(plain.message, plain.stack);
  const { attempts, code, hints, message, retryAfter } = plain;
  const error = new ToolError(
    code,
    message,
    retryAfter === undefined ? { hints } : {
      hints,
      retryAfter,
    },
  );
  return attempts === undefined ? error : new DownloadError(code, message, attempts, error);
}

function bug(message: string, stack: string | undefined): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
