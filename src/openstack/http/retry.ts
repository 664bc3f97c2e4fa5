/**
 * Retries a request a limited number of times. The waits grow, the peer may lengthen them, and they
 * are randomized so that many hosts do not retry at once.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";
import { isWorthRetrying } from "@/openstack/http/failure.ts";

/** Number of retries and the waits. */
export interface RetryPolicy {
  /** Time, random numbers, and the log of the failures that are retried. */
  readonly context: Pick<Context, "clock" | "log" | "random">;
  /** Retries after the first try. */
  readonly retries: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Which failures to retry. @default {isWorthRetrying} */
  readonly again?: (error: unknown) => boolean;
  /** Called before the wait for each retry. */
  readonly onRetry?: () => void;
}

/** Longest wait: if the peer asks for more, the error is returned with its `retryAfter` (60 s). */
const LONGEST_WAIT = 60_000;

/**
 * Runs `attempt` until it succeeds, fails for good, or no retries are left.
 *
 * @throws {unknown} What the last attempt threw, or the signal's reason.
 */
export async function withRetries<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  const { context: { clock, log, random }, retries, signal } = policy;
  const begun = clock.monotonic();
  for (let tried = 0;; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const wait = waitBefore(tried, error, random, policy.again);
      if (signal.aborted) throw error;
      if (tried >= retries || wait === undefined) {
        throw afterTries(error, tried + 1, clock.monotonic() - begun);
      }
      policy.onRetry?.();
      log("setback", `${messageOf(error)}; next try in ${(wait / 1000).toFixed(1)} s`);
      await clock.sleep(wait, signal);
    }
  }
}

/** The error, with the number of tries and their duration, if there was more than one. */
function afterTries(error: unknown, tries: number, milliseconds: number): unknown {
  if (tries < 2 || !(error instanceof ToolError)) return error;
  const { code, hints, message, retryAfter } = error;
  return new ToolError(code, `${message} (${triesText(tries, milliseconds)})`, {
    hints,
    cause: error,
    ...retryAfter === undefined ? {} : { retryAfter },
  });
}

/** `4 tries in 7.9 s`. */
export function triesText(tries: number, milliseconds: number): string {
  return `${tries} tries in ${(milliseconds / 1000).toFixed(1)} s`;
}

/**
 * Milliseconds before the next try (about 1, 2, 4, 8 s, or what the peer asked for), or `undefined`
 * if there is none.
 *
 * @param tried Number of failed tries so far.
 * @param random A number in [0, 1), so that many hosts do not retry at once.
 * @param again Which failures to retry.
 */
export function waitBefore(
  tried: number,
  error: unknown,
  random: () => number,
  again: (error: unknown) => boolean = isWorthRetrying,
): number | undefined {
  if (!(error instanceof ToolError) || !again(error)) return undefined;
  if (error.retryAfter === 0) return 0;
  const grown = Math.min(1000 * 2 ** tried, 8000) * (0.75 + random() / 2);
  const wait = Math.max(grown, (error.retryAfter ?? 0) * 1000);
  return wait > LONGEST_WAIT ? undefined : Math.round(wait);
}
