/**
 * The transfer's side of the channel: receives one plan, carries it out, and reports events.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { sparing } from "@/transfer/events.ts";
import type { AuthHeaders, AuthSession } from "@/openstack/keystone/session.ts";
import { fixedSession } from "@/openstack/keystone/session.ts";
import type { TransferPort, TransferRequest } from "@/transfer/messages.ts";
import { fromPlain, toPlain } from "@/transfer/plain_error.ts";
import { runPlan } from "@/transfer/run_plan.ts";
import type { Plan } from "@/plan/plan.ts";

/** Serves one plan. @param outside The outside world, as far as this thread may access it. */
export function serveTransfer(port: TransferPort, outside: Context): void {
  const server = new TransferServer(port, outside);
  port.onmessage = ({ data }) => server.receive(data);
  port.postMessage({ kind: "ready" });
}

class TransferServer {
  readonly #port: TransferPort;
  readonly #outside: Context;
  readonly #ending = new AbortController();
  #proof = Promise.withResolvers<AuthHeaders | null>();

  constructor(port: TransferPort, outside: Context) {
    this.#port = port;
    this.#outside = outside;
  }

  receive(request: TransferRequest): void {
    switch (request.kind) {
      case "start":
        return void this.#run(request.plan);
      case "proof":
        return this.#proof.resolve(request.headers);
      case "no_proof":
        return this.#proof.reject(fromPlain(request.error));
      case "abort":
        return this.#ending.abort(fromPlain(request.reason));
    }
  }

  async #run(plan: Plan): Promise<void> {
    const context: Context = {
      ...this.#outside,
      identity: plan.identity,
      resolve: (hostname) => Promise.resolve(plan.glance?.addresses[hostname] ?? [hostname]),
      log: (level, message, fields) =>
        this.#port.postMessage({ kind: "log", level, message, fields }),
    };
    const parts = {
      context,
      session: this.#session(plan),
      onEvent: sparing(
        context.clock,
        (event) => this.#port.postMessage({ kind: "event", event }),
      ),
    } satisfies Parameters<typeof runPlan>[0];
    try {
      const result = await runPlan(parts, plan, this.#ending.signal);
      this.#port.postMessage({ kind: "done", result });
    } catch (error) {
      this.#port.postMessage({ kind: "failed", error: toPlain(error) });
    }
  }

  /** The credentials stay in the main thread; only proofs of identity are sent over. */
  #session({ glance }: Plan): AuthSession {
    const proofs = [glance?.headers ?? {}];
    return {
      ...fixedSession(glance?.origin ?? "none", {}),
      headers: () => Promise.resolve(proofs.at(-1) ?? {}),
      renew: async (refused) => {
        const fresh = await this.#askForProof(refused);
        if (fresh !== null) proofs.push(fresh);
        return fresh !== null;
      },
      secrets: () => proofs.flatMap((headers) => Object.values(headers)),
    };
  }

  async #askForProof(refused: AuthHeaders): Promise<AuthHeaders | null> {
    this.#proof = Promise.withResolvers();
    this.#port.postMessage({ kind: "refused", headers: refused });
    const stop = () => this.#proof.reject(this.#ending.signal.reason);
    this.#ending.signal.addEventListener("abort", stop, { once: true });
    try {
      return await this.#proof.promise;
    } finally {
      this.#ending.signal.removeEventListener("abort", stop);
    }
  }
}
