/**
 * One try of one source: open → exact size → limit → format → file → hash, then the verdicts, then the
 * name.
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Context } from "@/context.ts";
import { throwIfAborted } from "@/errors.ts";
import type { Committed, Destination } from "@/transfer/destination.ts";
import { inspection } from "@/transfer/inspection.ts";
import { FormatInspector } from "@/formats/inspector.ts";
import type { Rules } from "@/plan/rules.ts";
import type { Verified } from "@/transfer/result.ts";
import { openResuming, type RetryBudget } from "@/transfer/resume.ts";
import { verdict } from "@/transfer/verdict.ts";
import { startVerifier } from "@/transfer/start_verifier.ts";
import type { Source } from "@/sources/source.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { exactSize } from "@/bytes/exact_size.ts";
import { rateLimit } from "@/bytes/rate_limit.ts";
import type { Segment } from "@/bytes/segment.ts";
import { type Stage, through } from "@/bytes/stage.ts";
import { StallGuard } from "@/bytes/stall_guard.ts";

/** What an attempt counts while it runs. */
export interface Tally {
  /** More bytes came over the wire. */
  readonly onTransferred: (bytes: number) => void;
  /** More bytes of the image are written and verified. */
  readonly onProgress: (bytes: number) => void;
  /** The bytes are those of the record: another source could only bring the same ones. */
  readonly onProven: () => void;
}

/** What a successful attempt leaves. */
export interface AttemptResult {
  /** What was checked. */
  readonly verified: Verified;
  /** What has the name now. */
  readonly file: Committed;
  /** Digests of the image's chunks, where they were asked for. */
  readonly chunks: Uint8Array<ArrayBuffer> | undefined;
}

/** What an attempt is made with. */
export interface AttemptParts {
  /** Time. */
  readonly context: Pick<Context, "clock">;
  /** What to fetch. */
  readonly rules: Rules;
  /** Where to. */
  readonly destination: Destination;
  /** How often the source may be asked again midway. */
  readonly budget: RetryBudget;
  /** Counters. */
  readonly tally: Tally;
}

/**
 * Fetches, verifies and publishes from one source.
 *
 * @throws {ToolError} With the code of what went wrong; then nothing is published.
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
  const inspector = new FormatInspector({ declared: diskFormat, size, ...formats });
  const stages = [inspection(inspector), output.writer];
  await carry(source, parts, buffers, stages, verifier.sink, signal);
  output.flush();
  const content = await verifier.content();
  if (content.hash !== null) tally.onProven();
  const verified = verdict(rules, content, inspector);
  throwIfAborted(signal);
  const file = await output.commit(signal, inspector.virtualSize);
  return { verified, file, chunks: content.chunks };
}

/** Moves the bytes. Whatever happens, the source is let go before this returns. */
async function carry(
  source: Source,
  { context: { clock }, rules: { rate, size, stallTimeout }, budget, tally }: AttemptParts,
  buffers: BufferPool,
  stages: readonly Stage[],
  sink: WritableStream<Segment>,
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
      .pipeTo(sink, { signal });
  } catch (error) {
    // The abort is the reason; what broke because of it is not.
    throwIfAborted(signal);
    throw error;
  } finally {
    own.abort();
  }
}
