/**
 * The metrics of one run, written by a thread that starts before the main thread revokes its write
 * permission. Any problem with metrics is a warning: no image fails because of it.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Context } from "@/context.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { Deadline } from "@/deadline.ts";
import { EXIT_STATUS, messageOf, ToolError } from "@/errors.ts";
import type { MetricsPlace, MetricsUpdate } from "@/metrics/file.ts";
import { additionsOf, failureAdditions } from "@/metrics/outcome.ts";
import type { MetricsReply, MetricsRequest } from "@/metrics/serve.ts";
import { Thread } from "@/thread.ts";
import { waitFor } from "@/wait_for.ts";

/**
 * Longest wait for the thread, and for other processes that write the same file, in milliseconds.
 * Both usually take a moment; a very busy host must not lose its counts.
 */
const PATIENCE = 30_000;

/** Errors that say nothing about an image: the run was aborted. */
const ENDED: readonly number[] = [EXIT_STATUS.interrupted, EXIT_STATUS.terminated];

/** Counts the fetches of one run. Disposing it ends its thread. */
export interface Metrics extends Disposable {
  /** Runs `transfer` and counts its result. @throws {unknown} Only what `transfer` throws. */
  counted(transfer: () => Promise<FetchResult>): Promise<FetchResult>;
}

/** Opens the metrics; without a configured file nothing is counted. */
export async function openMetrics(
  context: Pick<Context, "clock" | "log">,
  place: MetricsPlace | undefined,
): Promise<Metrics> {
  if (place === undefined) return { counted: (transfer) => transfer(), [Symbol.dispose]: () => {} };
  const thread = new MetricsThread(context, place);
  await thread.start();
  return thread;
}

class MetricsThread implements Metrics {
  readonly #context: Pick<Context, "clock" | "log">;
  readonly #place: MetricsPlace;
  #thread: Thread<MetricsRequest, MetricsReply> | undefined;
  #answer = Promise.withResolvers<void>();
  #last = Promise.resolve();

  constructor(context: Pick<Context, "clock" | "log">, place: MetricsPlace) {
    this.#context = context;
    this.#place = place;
  }

  /** Returns when the thread has loaded everything that its own permissions do not allow. */
  async start(): Promise<void> {
    await this.#guarded(() => {
      const directory = dirname(this.#place.path);
      this.#thread = new Thread(new URL("../metrics_worker.ts", import.meta.url), {
        name: "metrics",
        permissions: {
          read: [directory, this.#place.cache],
          write: [directory],
          env: false,
          ffi: false,
          import: false,
          net: false,
          run: false,
          sys: false,
        },
        onReply: (reply) => this.#receive(reply),
        onDeath: (error) => this.#answer.reject(error),
      });
    });
  }

  async counted(transfer: () => Promise<FetchResult>): Promise<FetchResult> {
    try {
      const result = await transfer();
      const succeededAt = Math.floor(this.#context.clock.now() / 1000);
      await this.#write({ additions: additionsOf(result), succeededAt });
      return result;
    } catch (error) {
      if (error instanceof ToolError && !ENDED.includes(error.exitStatus)) {
        await this.#write({ additions: failureAdditions(error), succeededAt: null });
      }
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#thread?.[Symbol.dispose]();
    this.#thread = undefined;
  }

  /** One after the other: transfers may end at the same time. */
  #write(update: MetricsUpdate): Promise<void> {
    this.#last = this.#last.then(() =>
      this.#guarded(() => this.#thread?.post({ place: this.#place, update }))
    );
    return this.#last;
  }

  /** Waits for a reply, with a time limit; returns immediately if there is no thread. */
  async #guarded(ask: () => void): Promise<void> {
    const { clock, log } = this.#context;
    const expired = () => new Error(`no answer within ${PATIENCE / 1000} s`);
    using deadline = new Deadline(clock, PATIENCE, new AbortController().signal, expired);
    this.#answer = Promise.withResolvers();
    try {
      ask();
      if (this.#thread !== undefined) await waitFor(this.#answer.promise, deadline.signal);
    } catch (error) {
      // A partial update is worse than none, so nothing more is written in this run.
      this[Symbol.dispose]();
      log("warning", `No metrics in '${this.#place.path}': ${messageOf(error)}`);
    }
  }

  #receive(reply: MetricsReply): void {
    if (reply.kind === "failed") this.#answer.reject(new Error(reply.message));
    else this.#answer.resolve();
  }
}
