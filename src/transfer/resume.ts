/**
 * Resumes after a cut if the source can start in the middle, so that the consumer sees one stream
 * and the hash continues.
 *
 * @module
 */
import { lengthOf, type Segment } from "@/bytes/segment.ts";
import type { StallGuard } from "@/bytes/stall_guard.ts";
import type { Clock, Log } from "@/context.ts";
import type { ToolError } from "@/errors.ts";
import { waitBefore } from "@/openstack/http/retry.ts";
import type { OpenOptions, Source, Transfer } from "@/sources/source.ts";

/** How often one source may be retried; shared by resumes and fresh starts. */
export class RetryBudget {
  #tried = 0;
  readonly #retries: number;
  readonly #outside: { readonly clock: Clock; readonly random: () => number; readonly log: Log };

  /**
   * A full budget.
   *
   * @param retries Retries after the first try.
   */
  constructor(
    retries: number,
    outside: { readonly clock: Clock; readonly random: () => number; readonly log: Log },
  ) {
    this.#retries = retries;
    this.#outside = outside;
  }

  /** Waits before another try. @returns False when none is left or none makes sense. */
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
 * Opens a source from its beginning, and again after each cut that the budget allows.
 *
 * @param guard Watches every wait for the source, and no other wait.
 * @throws {ToolError} If the first opening fails.
 */
export async function openResuming(
  source: Source,
  options: Omit<OpenOptions, "offset">,
  budget: RetryBudget,
  guard: StallGuard,
): Promise<Transfer> {
  const open = (offset: number) =>
    guard.during(source.label, () => source.open({ ...options, offset }));
  let opened = open(0);
  let reader = (await opened).segments.getReader();
  let position = 0;
  const goOn = async (error: unknown) => {
    options.signal.throwIfAborted();
    if (!source.resumable || position === 0) throw error;
    if (!await budget.spend(error, options.signal)) throw error;
    await (await opened)[Symbol.asyncDispose]();
    opened = open(position);
    reader = (await opened).segments.getReader();
  };
  const next = () => guard.during(source.label, () => reader.read());
  const segments = new ReadableStream<Segment>({
    async pull(controller) {
      let result: ReadableStreamReadResult<Segment> | undefined;
      while (result === undefined) {
        result = await next().catch(goOn) ?? undefined;
      }
      if (result.done) return controller.close();
      position += lengthOf(result.value);
      controller.enqueue(result.value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  // A source that is still opening when the reader has gone is closed, too.
  const close = async () => await (await opened.catch(() => undefined))?.[Symbol.asyncDispose]();
  return { segments, [Symbol.asyncDispose]: close };
}
