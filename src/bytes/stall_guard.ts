/**
 * Ends a transfer that waits too long for its source. Only waiting for the source counts: a slow
 * disk or a busy hasher is not the fault of the peer.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** Watches one transfer. */
export class StallGuard {
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #controller: AbortController;
  #lastSign = 0;

  /**
   * Creates a guard that aborts `controller` with a `timeout` error.
   *
   * @param timeout Longest time without data, in milliseconds.
   */
  constructor(clock: Clock, timeout: number, controller: AbortController) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#controller = controller;
  }

  /** The source sent data. */
  touch(): void {
    this.#lastSign = this.#clock.monotonic();
  }

  /** Watches while `wait` is pending. */
  async during<T>(label: string, wait: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    this.touch();
    this.#watch(label, done.signal).catch(() => {});
    try {
      return await wait();
    } finally {
      done.abort();
    }
  }

  async #watch(label: string, done: AbortSignal): Promise<void> {
    for (;;) {
      const silence = this.#clock.monotonic() - this.#lastSign;
      if (silence >= this.#timeout) return this.#controller.abort(stalled(label, this.#timeout));
      await this.#clock.sleep(this.#timeout - silence, done);
    }
  }
}

function stalled(label: string, timeout: number): ToolError {
  const bound = `${timeout / 1000} s (--stall-timeout)`;
  return new ToolError("timeout", `Cannot read '${label}': no data for ${bound}`, {
    hints: ["check the source (ceph -s, Glance's log), or raise --stall-timeout"],
  });
}
