/**
 * The error of a download whose every source failed.
 *
 * @module
 */
import type { Attempt } from "@/transfer/result.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";
import { isWorthRetrying } from "@/openstack/http/failure.ts";
import { triesText } from "@/openstack/http/retry.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/** An error that knows what was tried. */
export class DownloadError extends ToolError {
  /** Every source in order. */
  readonly attempts: readonly Attempt[];

  /** Wraps the error that decides the exit status. */
  constructor(code: ErrorCode, message: string, attempts: readonly Attempt[], cause: ToolError) {
    super(code, message, { hints: cause.hints, cause });
    this.attempts = attempts;
  }
}

/**
 * The error for the whole, out of the errors of the sources: wrong data weighs most (it must not be
 * tried elsewhere), then what is worth repeating, then what all agree on.
 *
 * @param milliseconds How long it took, waits between tries included.
 */
export function downloadFailure(
  record: ImageRecord,
  attempts: readonly Attempt[],
  errors: readonly ToolError[],
  milliseconds: number,
): DownloadError {
  const decisive = errors.find((error) => error.exitStatus === 65) ??
    errors.find(isWorthRetrying) ??
    errors.at(-1) ?? noSource();
  return new DownloadError(
    wholeCode(decisive, errors),
    `Cannot fetch image '${record.id}'${effort(attempts, milliseconds)}: ${
      attemptLines(attempts).join("; ")
    }`,
    attempts,
    decisive,
  );
}

/** How often and how long was tried, where something was tried again. */
function effort(attempts: readonly Attempt[], milliseconds: number): string {
  const tried = attempts.filter(({ outcome }) => outcome === "failed");
  const places = new Set(tried.map(({ location }) => location));
  return tried.length > places.size ? ` (${triesText(tried.length, milliseconds)})` : "";
}

/** What became of each source, in words; what it said more than once, once. */
export function attemptLines(attempts: readonly Attempt[]): readonly string[] {
  return [...new Set(attempts.map(({ source, message }) => `${source}: ${message}`))];
}

/** The image itself is there, whatever its sources say: 66 would tell nova that it is not. */
function wholeCode(decisive: ToolError, errors: readonly ToolError[]): ErrorCode {
  if (decisive.exitStatus === 65 || decisive.retryable) return decisive.code;
  // A refused connection is lasting for one request, but not for the operator who comes back later.
  if (isWorthRetrying(decisive)) return "temporary";
  const isUnanimous = errors.every((error) => error.exitStatus === decisive.exitStatus);
  return isUnanimous && decisive.code !== "not_found" ? decisive.code : "source_unavailable";
}

function noSource(): ToolError {
  return new ToolError("source_unavailable", "No source is left to try", {
    hints: ["look at the plan: glance-direct show IMAGE"],
  });
}
