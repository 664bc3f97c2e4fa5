/**
 * The error of a download in which every source failed.
 *
 * @module
 */
import type { Attempt } from "@/transfer/result.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";
import { isWorthRetrying } from "@/openstack/http/failure.ts";
import { triesText } from "@/openstack/http/retry.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/** An error that lists the attempts. */
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
 * Combines the errors of the sources into one. Wrong data has priority (it must not be fetched from
 * elsewhere), then errors worth a retry, then an error that all sources share.
 *
 * @param milliseconds Duration, including the waits between tries.
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

/** The number of tries and their duration, if there was more than one. */
function effort(attempts: readonly Attempt[], milliseconds: number): string {
  const tried = attempts.filter(({ outcome }) => outcome === "failed");
  const places = new Set(tried.map(({ location }) => location));
  return tried.length > places.size ? ` (${triesText(tried.length, milliseconds)})` : "";
}

/** The outcome of each source, in words; repeated errors appear once. */
export function attemptLines(attempts: readonly Attempt[]): readonly string[] {
  return [...new Set(attempts.map(({ source, message }) => `${source}: ${message}`))];
}

/** The image exists, whatever its sources report: 66 would tell nova that it does not. */
function wholeCode(decisive: ToolError, errors: readonly ToolError[]): ErrorCode {
  if (decisive.exitStatus === 65 || decisive.retryable) return decisive.code;
  // A refused connection is permanent for one request, but the operator can retry later.
  if (isWorthRetrying(decisive)) return "temporary";
  const isUnanimous = errors.every((error) => error.exitStatus === decisive.exitStatus);
  return isUnanimous && decisive.code !== "not_found" ? decisive.code : "source_unavailable";
}

function noSource(): ToolError {
  return new ToolError("source_unavailable", "No source is left to try", {
    hints: ["check the plan: glance-direct show IMAGE"],
  });
}
