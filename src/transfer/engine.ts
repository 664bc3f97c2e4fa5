/**
 * The one file that knows the order: it tries each source in turn, stops at the first success, and
 * records and reports every failure.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { attempt, type AttemptResult } from "@/transfer/attempt.ts";
import type { Destination } from "@/transfer/destination.ts";
import type { OnDownloadEvent } from "@/transfer/events.ts";
import { DownloadError, downloadFailure } from "@/transfer/failure.ts";
import type { Rules } from "@/plan/rules.ts";
import type { SkippedSource } from "@/plan/sources.ts";
import type { Attempt, FetchResult } from "@/transfer/result.ts";
import { RetryBudget } from "@/transfer/resume.ts";
import { EXIT_STATUS, ToolError } from "@/errors.ts";
import type { Source } from "@/sources/source.ts";
import { shortDigests } from "@/shown_digest.ts";
import { sizeMismatch } from "@/bytes/exact_size.ts";

/** Failures of this host: another source would have them too. */
const LOCAL_STATUSES: readonly number[] = [
  EXIT_STATUS.internal,
  EXIT_STATUS.cannot_create,
  EXIT_STATUS.io,
];

/** A source that is tried, or one that is skipped, and why. */
export type Candidate = Source | SkippedSource;

/** What one download consists of. */
export interface Download {
  /** The outside world. */
  readonly context: Pick<Context, "clock" | "log" | "random">;
  /** What to fetch. */
  readonly rules: Rules;
  /** Sources in order. */
  readonly sources: readonly Candidate[];
  /** Where to. */
  readonly destination: Destination;
  /** Receives events. */
  readonly onEvent: OnDownloadEvent;
}

/**
 * Fetches one image.
 *
 * @throws {DownloadError} If every source failed; immediately for failures of this host and for an
 * abort. It lists all attempts.
 */
export async function download(parts: Download, signal: AbortSignal): Promise<FetchResult> {
  const run = new Run(parts, signal);
  try {
    for (const source of parts.sources) {
      if (isSkipped(source)) {
        run.skip(source);
        continue;
      }
      const landed = await run.trySource(source);
      if (landed !== undefined) return run.result(landed, source);
    }
  } catch (error) {
    throw run.ended(error);
  }
  throw run.failure();
}

function isSkipped(source: Candidate): source is SkippedSource {
  return "reason" in source;
}

/** The state of one download. */
class Run {
  readonly #parts: Download;
  readonly #signal: AbortSignal;
  readonly #started: number;
  readonly #attempts: Attempt[] = [];
  readonly #errors: ToolError[] = [];
  readonly #left: Source[];
  #transferred = 0;

  constructor(parts: Download, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    this.#started = parts.context.clock.monotonic();
    this.#left = parts.sources.flatMap((source) => isSkipped(source) ? [] : [source]);
  }

  skip({ kind, label, reason: { code, message } }: SkippedSource): void {
    this.#record({ source: kind, location: label, outcome: "skipped", code, message }, 0, 0);
  }

  /** Tries a source, more than once if a retry may help; `undefined` when it has failed. */
  async trySource(source: Source): Promise<AttemptResult | undefined> {
    const { context, rules } = this.#parts;
    this.#left.shift();
    // While another source remains, waiting for this one to recover only costs time.
    const budget = new RetryBudget(this.#left.length === 0 ? rules.retries : 0, context);
    const stepDown = new RetryBudget(1, context);
    for (;;) {
      const outcome = await this.#once(source, budget);
      if (!(outcome instanceof ToolError)) return outcome;
      const isFree = outcome.retryAfter === 0 && await stepDown.spend(outcome, this.#signal);
      if (!isFree && !await budget.spend(outcome, this.#signal)) {
        return this.#giveUp(source, this.#whyGivenUp(source, outcome));
      }
    }
  }

  result({ file, verified }: AttemptResult, source: Source): FetchResult {
    const { rules: { record, size }, destination } = this.#parts;
    const { id, name, diskFormat } = record;
    return {
      image: { id, name, size, disk_format: diskFormat },
      path: destination.path,
      outcome: file.published ? "fetched" : "cached",
      source: source.kind,
      attempts: this.#attempts,
      bytes: {
        image: size,
        transferred: this.#transferred,
        allocated: file.allocated,
        file: file.length ?? size,
      },
      verified,
      seconds: this.#secondsSince(this.#started),
    };
  }

  failure(): ToolError {
    const { context: { clock }, rules: { record } } = this.#parts;
    const took = clock.monotonic() - this.#started;
    return downloadFailure(record, this.#attempts, this.#errors, took);
  }

  /** An abort's reason, with the attempts so far. */
  ended(error: unknown): unknown {
    const { aborted, reason } = this.#signal;
    if (!aborted || error !== reason || !(error instanceof ToolError)) return error;
    return new DownloadError(error.code, error.message, this.#attempts, error);
  }

  async #once(source: Source, budget: RetryBudget): Promise<AttemptResult | ToolError> {
    const { context: { clock }, onEvent } = this.#parts;
    const started = clock.monotonic();
    const counted = { position: 0, transferred: 0 };
    let isProven = false;
    const base = { source: source.kind, location: source.label };
    onEvent({ kind: "attempt", ...base });
    const tally = {
      onTransferred: (bytes: number) => void (counted.transferred += bytes),
      onProgress: (bytes: number) => {
        counted.position += bytes;
        onEvent({ kind: "progress", ...counted });
      },
      onProven: () => void (isProven = true),
    };
    try {
      const landed = await attempt(source, { ...this.#parts, budget, tally }, this.#signal);
      this.#record(
        { ...base, outcome: "ok", code: null, message: null },
        started,
        counted.transferred,
      );
      if (landed.chunks !== undefined) onEvent({ kind: "chunks", digests: landed.chunks });
      return landed;
    } catch (error) {
      // Reports the abort, not the errors that it caused.
      const cause: unknown = this.#signal.aborted ? this.#signal.reason : error;
      if (!(cause instanceof ToolError)) throw cause;
      const { code, message } = cause;
      this.#record({ ...base, outcome: "failed", code, message }, started, counted.transferred);
      this.#signal.throwIfAborted();
      this.#rethrowFinal(cause, isProven);
      return cause;
    }
  }

  /** Bytes that have passed the hash are never fetched again, whatever fails afterwards. */
  #rethrowFinal(error: ToolError, isProven: boolean): void {
    const isLocal = LOCAL_STATUSES.includes(error.exitStatus);
    const isSpent = !this.#parts.destination.restartable;
    if (isProven || isLocal || isSpent) {
      throw new DownloadError(error.code, error.message, this.#attempts, error);
    }
  }

  /** Why a source is given up. The last attempt gets the same reason. */
  #whyGivenUp(source: Source, last: ToolError): ToolError {
    const short = this.#shortness(source);
    if (short === undefined) return last;
    const { code, message } = short;
    this.#attempts.push(...this.#attempts.splice(-1).map((one) => ({ ...one, code, message })));
    return short;
  }

  /** A source that ends at the same byte every time is not retried: it has no more data. */
  #shortness({ label }: Source): ToolError | undefined {
    const tries = this.#attempts.filter(({ location }) => location === label);
    const [bytes = 0, ...others] = new Set(tries.map((one) => one.bytes));
    const wasCut = tries.every(({ code }) => code === "temporary");
    const { size } = this.#parts.rules;
    if (tries.length < 2 || others.length > 0 || !wasCut || bytes === 0 || bytes >= size) return;
    return sizeMismatch(label, `${bytes}`, size);
  }

  #giveUp(source: Source, error: ToolError): undefined {
    this.#errors.push(error);
    const next = this.#left[0];
    if (next === undefined) return;
    const { log } = this.#parts.context;
    // The result has the digests in full.
    const reason = shortDigests(error.message);
    log("setback", `${source.kind} failed: ${reason}; continuing with ${next.kind}`);
    for (const hint of error.hints) log("hint", hint);
  }

  #record(
    attempt: Omit<Attempt, "bytes" | "seconds">,
    started: number,
    bytes: number,
  ): void {
    this.#transferred += bytes;
    const seconds = attempt.outcome === "skipped" ? 0 : this.#secondsSince(started);
    this.#attempts.push({ ...attempt, bytes, seconds });
  }

  #secondsSince(started: number): number {
    return Math.round(this.#parts.context.clock.monotonic() - started) / 1000;
  }
}
