/**
 * Fetches many images into the cache, some in parallel, and reports successes and failures.
 *
 * @module
 */
import { expectWithinBudget } from "@/cache/usage.ts";
import type { Services } from "@/commands/services.ts";
import type { Session } from "@/commands/session.ts";
import { transferImage } from "@/commands/transfer.ts";
import type { LogFields } from "@/context.ts";
import { DownloadError } from "@/transfer/failure.ts";
import type { FetchRequest } from "@/plan/request.ts";
import { withHash } from "@/plan/hash_wait.ts";
import { baseOf, isConverted } from "@/plan/target.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { expectedFailure, type ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { Metrics } from "@/metrics/thread.ts";
import { fetchSummary, renderFetch } from "@/ui/fetch_result.ts";

/** What a batch needs. */
export interface BatchParts {
  /** The command's session. */
  readonly session: Session;
  /** Glance and the other services. */
  readonly services: Services;
  /** Counts each image. */
  readonly metrics: Metrics;
  /** How to fetch the images. */
  readonly request: FetchRequest;
  /** Ends it all. */
  readonly signal: AbortSignal;
}

/** One run over many images. */
export class PrefetchBatch {
  readonly #parts: BatchParts;
  readonly #failures: ToolError[] = [];
  readonly #done: FetchResult[] = [];
  #left = 0;
  /** Images whose transfer may not have started yet. */
  #ahead = 0;
  /** Maximum bytes that the running transfers will write. */
  #promised = 0;

  /** Starts nothing yet. */
  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  /** Fetches the images; after a failure no new one is started, except with `--keep-going`. */
  async run(records: readonly ImageRecord[], width: number, keepGoing: boolean): Promise<void> {
    const queue = [...records];
    this.#ahead = records.length;
    this.#parts.session.progress.expect(records);
    const work = async () => {
      for (let record = queue.shift(); record !== undefined; record = queue.shift()) {
        await this.#one(record);
        if (this.#failures.length > 0 && !keepGoing) return;
      }
    };
    await allEnded(Array.from({ length: Math.min(width, records.length) }, work));
    this.#left = queue.length;
  }

  /**
   * Reports the outcome.
   *
   * @throws {ToolError} One error for all failures, with the code of the worst.
   */
  finish(): void {
    const fetched = this.#done.filter(({ outcome }) => outcome === "fetched").length;
    const failed = this.#failures.length;
    const counts = [
      `${fetched} fetched`,
      `${this.#done.length - fetched} already cached`,
      `${failed} failed`,
      ...this.#left > 0 ? [`${this.#left} not tried`] : [],
    ];
    this.#parts.session.context.log("info", counts.join(", "));
    const worst = worstOf(this.#failures);
    if (worst !== undefined) {
      throw batchFailure(worst, failed, this.#done.length + failed + this.#left);
    }
  }

  /** Records a failure and reports it immediately. */
  fail(error: ToolError, fields: LogFields): void {
    this.#failures.push(error);
    this.#parts.session.context.log("error", error.message, { ...fields, code: error.code });
  }

  async #one(record: ImageRecord): Promise<void> {
    const { metrics, session, signal } = this.#parts;
    let isAhead = true;
    const start = () => {
      if (isAhead) this.#started();
      isAhead = false;
    };
    try {
      const result = await metrics.counted(() => this.#fetch(record, start));
      this.#done.push(result);
      this.#say(result);
    } catch (error) {
      this.fail(expectedFailure(error, signal), { image: record.id });
    } finally {
      start();
      session.progress.settle(record);
    }
  }

  /** The result; with JSON output, the line also goes to the log. */
  #say(result: FetchResult): void {
    const { context, globals, print } = this.#parts.session;
    if (globals.format === "json") context.log("info", fetchSummary(result));
    print(renderFetch(result));
  }

  async #fetch(selected: ImageRecord, onReady: () => void): Promise<FetchResult> {
    const { request, services, session, signal } = this.#parts;
    const record = await withHash(services, selected, signal);
    const { config, context } = session;
    const path = baseOf(config, record.id);
    const isThere = context.files.stat(path) !== undefined;
    const size = isThere ? 0 : diskNeed(record, isConverted(config, record));
    if (!isThere) this.#expectWithinBudget(path, size);
    this.#promised += size;
    try {
      // Nova's cache manager removes unused, old files; selected images must keep a fresh mtime.
      const options = { refresh: true, onReady } as const;
      return await transferImage(session, services, record, request, signal, options);
    } finally {
      this.#promised -= size;
    }
  }

  /** Once the last transfer has started, this thread needs neither programs nor files any more. */
  #started(): void {
    this.#ahead--;
    const { context } = this.#parts.session;
    if (this.#ahead === 0) context.relinquish(["run", "read", "write", "sys", "ffi"]);
  }

  #expectWithinBudget(path: string, size: number): void {
    const { config, context: { files, identity } } = this.#parts.session;
    const budget = config.get("glance_direct.cache_budget") ?? undefined;
    expectWithinBudget(files, { path, size, promised: this.#promised, pid: identity.pid }, budget);
  }
}

/**
 * Waits for all, even after one has failed: the process ends with the command, and none may be
 * interrupted while it removes its files.
 */
async function allEnded(works: readonly Promise<void>[]): Promise<void> {
  for (const end of await Promise.allSettled(works)) {
    if (end.status === "rejected") throw end.reason;
  }
}

/** Maximum size of a base file: an image that is converted to raw takes its virtual size. */
function diskNeed({ size, virtualSize }: ImageRecord, isRaw: boolean): number {
  return (isRaw ? virtualSize : null) ?? size ?? 0;
}

/**
 * The failure that decides the exit status: wrong data first, then lasting failures, then those
 * worth a retry. A timer may count the latter as success (`SuccessExitStatus=75`), which must not
 * hide another failure.
 */
function worstOf(failures: readonly ToolError[]): ToolError | undefined {
  const weight = ({ exitStatus, retryable }: ToolError) =>
    retryable ? 0 : exitStatus === 65 ? 1000 : exitStatus;
  return failures.toSorted((a, b) => weight(b) - weight(a))[0];
}

function batchFailure(worst: ToolError, failed: number, all: number): ToolError {
  const message = `Cannot prefetch ${failed} of ${all} images, the worst: ${worst.message}`;
  const attempts = worst instanceof DownloadError ? worst.attempts : [];
  return new DownloadError(worst.code, message, attempts, worst);
}
