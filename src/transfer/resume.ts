/**
 * Goes on after a cut where the source can start in the middle, so that the consumer sees one stream
 * and the hash runs on.
 *
 * @module
 */
import type { Clock, Log } from "@/context.ts";
import { throwIfAborted, type ToolError } from "@/errors.ts";
import type { OpenOptions, Source, Transfer } from "@/sources/source.ts";
import { segmentTransfer } from "@/sources/segment_transfer.ts";
import { waitBefore } from "@/openstack/http/retry.ts";
import { lengthOf, type Segment } from "@/bytes/segment.ts";

/** How often one source may be asked again; shared by resumes and fresh starts. */
export class RetryBudget {
  #tried = 0;
  readonly #retries: number;
  readonly #outside: { readonly clock: Clock; readonly random: () => number; readonly log: Log };

  /**
   * A full budget.
   *
   * @param retries Tries after the first one.
   */
  constructor(
    retries: number,
    outside: { readonly clock: Clock; readonly random: () => number; readonly log: Log },
  ) {
    this.#retries = retries;
    this.#outside = outside;
  }

  /** Waits before another try. @returns False when there is none left or none makes sense. */
  async spend(error: unknown, signal: AbortSignal): Promise<boolean> {
    const { clock, random, log } = this.#outside;
    const wait = waitBefore(this.#tried, error, random);
    if (this.#tried >= this.#retries || wait === undefined) return false;
    this.#tried++;
    const { message } = error as ToolError;
    log(
      "setback",
      `${message}; try ${this.#tried + 1} of ${this.#retries + 1} in ${wait / 1000} s`,
    );
    await clock.sleep(wait, signal);
    return true;
  }
}

/**
 * Opens a source from its beginning and again after each cut that the budget allows.
 *
 * @throws {ToolError} If the first opening fails.
 */
export async function openResuming(
  source: Source,
  options: Omit<OpenOptions, "offset">,
  budget: RetryBudget,
): Promise<Transfer> {
  let current = await source.open({ ...options, offset: 0 });
  async function* segments(): AsyncGenerator<Segment> {
    for (let position = 0;;) {
      try {
        for await (const segment of current.segments) {
          position += lengthOf(segment);
          yield segment;
        }
        return;
      } catch (error) {
        throwIfAborted(options.signal);
        if (!source.resumable || position === 0) throw error;
        if (!await budget.spend(error, options.signal)) throw error;
        await current[Symbol.asyncDispose]();
        current = await source.open({ ...options, offset: position });
      }
    }
  }
  return segmentTransfer(segments(), () => Promise.resolve(current[Symbol.asyncDispose]()));
}
