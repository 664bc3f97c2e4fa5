/**
 * Carries out a plan in a thread that has the permissions of the plan and no others.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import type { OnDownloadEvent } from "@/transfer/events.ts";
import { DownloadError } from "@/transfer/failure.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { ToolError } from "@/errors.ts";
import type { AuthHeaders, AuthSession } from "@/openstack/keystone/session.ts";
import type { TransferReply, TransferRequest } from "@/transfer/messages.ts";
import { permissionsFor } from "@/transfer/permissions.ts";
import { fromPlain, toPlain } from "@/transfer/plain_error.ts";
import type { Plan } from "@/plan/plan.ts";
import { Thread } from "@/thread.ts";

/**
 * Milliseconds a transfer has to end after an abort. It needs almost none, unless the disk is slow:
 * then waiting avoids a leftover temporary file. A second signal skips the wait.
 */
const GRACE = 5000;

/** What a thread needs to start. */
export interface TransferThreadParts {
  /** Time and log. */
  readonly context: Pick<Context, "clock" | "log">;
  /** Provides another proof of identity when Glance refuses one. */
  readonly session: AuthSession;
  /** Receives events. */
  readonly onEvent: OnDownloadEvent;
  /** Called when the thread has what it needs, so that this one can revoke its own permissions. */
  readonly onReady?: (() => void) | undefined;
}

/**
 * Transfers one image. The thread has ended when this returns.
 *
 * @throws {ToolError} What `runPlan` throws in the thread; the signal's reason, as soon as it
 * aborts.
 */
export async function runInThread(
  parts: TransferThreadParts,
  plan: Plan,
  signal: AbortSignal,
): Promise<FetchResult> {
  signal.throwIfAborted();
  using thread = new TransferThread(parts, plan, signal);
  try {
    return await thread.result;
  } catch (error) {
    throw signal.aborted ? abortedWith(signal.reason, error) : error;
  }
}

/** Reports the abort, not the errors that it caused; the thread's copy of it lists the attempts. */
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

  /** Ends the thread; Deno then ends every child that it started. */
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
