/**
 * Carries a plan out in a thread of its own that can do what the plan needs and nothing else.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import type { OnDownloadEvent } from "@/transfer/events.ts";
import { DownloadError } from "@/transfer/failure.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { AuthHeaders, AuthSession } from "@/openstack/keystone/session.ts";
import type { TransferReply, TransferRequest } from "@/transfer/messages.ts";
import { permissionsFor } from "@/transfer/permissions.ts";
import { fromPlain, toPlain } from "@/transfer/plain_error.ts";
import type { Plan } from "@/plan/plan.ts";
import { Thread } from "@/thread.ts";

/**
 * Milliseconds that a transfer has to end after an abort. It needs next to none, unless the disk is
 * slow: then patience saves a temporary file from staying behind. Who has none sends a second signal.
 */
const GRACE = 5000;

/** What a thread is started with. */
export interface TransferThreadParts {
  /** Time and log. */
  readonly context: Pick<Context, "clock" | "log">;
  /** Gives another proof of identity when Glance refuses one. */
  readonly session: AuthSession;
  /** Told of what happens. */
  readonly onEvent: OnDownloadEvent;
  /** Told when the thread has what it needs, so that this one may give up its own permissions. */
  readonly onReady?: (() => void) | undefined;
}

/**
 * Transfers one image. The thread is gone when this returns.
 *
 * @throws {ToolError} What `runPlan` throws there; at once the signal's reason, if it is aborted.
 */
export async function runInThread(
  parts: TransferThreadParts,
  plan: Plan,
  signal: AbortSignal,
): Promise<FetchResult> {
  throwIfAborted(signal);
  using thread = new TransferThread(parts, plan, signal);
  try {
    return await thread.result;
  } catch (error) {
    throw signal.aborted ? abortedWith(signal.reason, error) : error;
  }
}

/** The abort is the reason, not what broke because of it; its copy from over there tells the attempts. */
function abortedWith(reason: unknown, error: unknown): unknown {
  const isCopy = reason instanceof ToolError && error instanceof DownloadError &&
    error.code === reason.code;
  return isCopy ? error : reason;
}

class TransferThread implements Disposable {
  readonly #parts: TransferThreadParts;
  readonly #plan: Plan;
  readonly #signal: AbortSignal;
  readonly #thread: Thread<TransferRequest, TransferReply>;
  readonly #result = Promise.withResolvers<FetchResult>();
  readonly #ended = new AbortController();

  constructor(parts: TransferThreadParts, plan: Plan, signal: AbortSignal) {
    this.#parts = parts;
    this.#plan = plan;
    this.#signal = signal;
    this.#thread = new Thread(new URL("../transfer_worker.ts", import.meta.url), {
      name: "transfer",
      permissions: permissionsFor(plan),
      onReply: (reply) => this.#receive(reply),
      onDeath: this.#result.reject,
    });
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  get result(): Promise<FetchResult> {
    return this.#result.promise;
  }

  /** Ends the thread and with it, by Deno's hand, every child that it started. */
  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#ended.abort();
    this.#thread[Symbol.dispose]();
  }

  readonly #abort = () => {
    this.#thread.post({ kind: "abort", reason: toPlain(this.#signal.reason) });
    this.#parts.context.clock.sleep(GRACE, this.#ended.signal)
      .then(() => this.#result.reject(this.#signal.reason), () => {});
  };

  #receive(reply: TransferReply): void {
    switch (reply.kind) {
      case "ready":
        if (this.#signal.aborted) return this.#result.reject(this.#signal.reason);
        this.#thread.post({ kind: "start", plan: this.#plan });
        return this.#parts.onReady?.();
      case "event":
        return this.#parts.onEvent(reply.event);
      case "log":
        return this.#parts.context.log(reply.level, reply.message, reply.fields);
      case "refused":
        return void this.#prove(reply.headers);
      case "done":
        return this.#result.resolve(reply.result);
      case "failed":
        return this.#result.reject(fromPlain(reply.error));
    }
  }

  async #prove(refused: AuthHeaders): Promise<void> {
    const { session } = this.#parts;
    try {
      const isRenewed = await session.renew(refused);
      const headers = isRenewed ? await session.headers(this.#signal) : null;
      this.#thread.post({ kind: "proof", headers });
    } catch (error) {
      this.#thread.post({ kind: "no_proof", error: toPlain(error) });
    }
  }
}
