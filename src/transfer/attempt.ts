/**
 * One attempt with one source: open → exact size → rate limit → format → file → hash, then verify,
 * then publish.
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Context } from "@/context.ts";
import type { Committed, Destination } from "@/transfer/destination.ts";
import { inspection } from "@/transfer/inspection.ts";
import { FormatInspector } from "@/formats/inspector.ts";
import type { Rules } from "@/plan/rules.ts";
import type { Verified } from "@/transfer/result.ts";
import { openResuming, type RetryBudget } from "@/transfer/resume.ts";
import { verdict } from "@/transfer/verdict.ts";
import { startVerifier } from "@/transfer/start_verifier.ts";
import type { Verifier } from "@/transfer/verifier.ts";
import type { Source } from "@/sources/source.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { exactSize } from "@/bytes/exact_size.ts";
import { rateLimit } from "@/bytes/rate_limit.ts";
import { type Stage, through } from "@/bytes/stage.ts";
import { StallGuard } from "@/bytes/stall_guard.ts";

/** Counters of a running attempt. */
export interface Tally {
  /** More bytes were received. */
  readonly onTransferred: (bytes: number) => void;
  /** More bytes of the image are written and verified. */
  readonly onProgress: (bytes: number) => void;
  /** The bytes match the record: another source could only deliver the same ones. */
  readonly onProven: () => void;
}

/** The result of a successful attempt. */
export interface AttemptResult {
  /** What was verified. */
  readonly verified: Verified;
  /** The published file. */
  readonly file: Committed;
  /** Digests of the image's chunks, if requested. */
  readonly chunks: Uint8Array<ArrayBuffer> | undefined;
}

/** What an attempt needs. */
export interface AttemptParts {
  /** Time. */
  readonly context: Pick<Context, "clock">;
  /** What to fetch. */
  readonly rules: Rules;
  /** Where to. */
  readonly destination: Destination;
  /** How often the source may be resumed. */
  readonly budget: RetryBudget;
  /** Counters. */
  readonly tally: Tally;
}

/**
 * Fetches, verifies and publishes from one source.
 *
 * @throws {ToolError} With the code of the failure; then nothing is published.
 */
export async function attempt(
  source: Source,
  parts: AttemptParts,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const { destination, rules, tally } = parts;
  const { record: { diskFormat }, size, formats } = rules;
  const buffers = new BufferPool();
  using output = await destination.begin();
  using verifier = startVerifier(rules, buffers, tally.onProgress);
  using _stop = endedBy(signal, verifier);
  const inspector = new FormatInspector({ declared: diskFormat, size, ...formats });
  const stages = [inspection(inspector), output.writer];
  await carry(source, parts, buffers, stages, verifier, signal);
  output.flush();
  const content = await verifier.content();
  if (content.hash !== null) tally.onProven();
  const verified = verdict(rules, content, inspector);
  signal.throwIfAborted();
  const file = await output.commit(signal, inspector.virtualSize);
  return { verified, file, chunks: content.chunks };
}

/**
 * Ends a verifier with the signal: an aborted pipe waits for its current write, and hashing a hole
 * of 100 GiB takes minutes.
 */
function endedBy(signal: AbortSignal, verifier: Disposable): Disposable {
  const stop = () => verifier[Symbol.dispose]();
  signal.addEventListener("abort", stop, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", stop) };
}

/** Moves the bytes. The source is always closed when this returns. */
async function carry(
  source: Source,
  { context: { clock }, rules: { rate, size, stallTimeout }, budget, tally }: AttemptParts,
  buffers: BufferPool,
  stages: readonly Stage[],
  verifier: Verifier,
  outer: AbortSignal,
): Promise<void> {
  const own = new AbortController();
  const signal = anySignal(outer, own.signal);
  const guard = new StallGuard(clock, stallTimeout, own);
  const onTransferred = (bytes: number) => {
    guard.touch();
    tally.onTransferred(bytes);
  };
  const options = { signal, size, buffers, onTransferred };
  const limit = rate.length === 0 ? [] : [rateLimit(clock, rate, signal)];
  try {
    await using transfer = await openResuming(source, options, budget, guard);
    await transfer.segments
      .pipeThrough(through(exactSize(size, source.label), ...limit, ...stages))
      .pipeTo(verifier.sink(), { signal });
  } catch (error) {
    // Reports the abort, not the errors that it caused.
    signal.throwIfAborted();
    throw error;
  } finally {
    own.abort();
  }
}
