/**
 * A time limit for operations that take a signal.
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Clock } from "@/context.ts";

/**
 * A signal with a time limit. Disposing it stops the clock; its signal still follows the caller's.
 */
export class Deadline implements Disposable {
  /** Aborts with the caller's signal, or when the time is up. */
  readonly signal: AbortSignal;
  readonly #expiry = new AbortController();
  readonly #done = new AbortController();

  /**
   * Starts the clock.
   *
   * @param timeout In milliseconds.
   * @param expired The reason when the time is up.
   */
  constructor(
    clock: Pick<Clock, "sleep">,
    timeout: number,
    signal: AbortSignal,
    expired: () => unknown,
  ) {
    this.signal = anySignal(signal, this.#expiry.signal);
    clock.sleep(timeout, anySignal(this.signal, this.#done.signal))
      .then(() => this.#expiry.abort(expired()), () => {});
  }

  /**
   * Removes the listener from the caller's signal, which would otherwise collect one for every
   * wait. Listeners of this signal still get an abort of the caller's.
   */
  end(): void {
    this.#expiry.abort();
    this[Symbol.dispose]();
  }

  /** Stops the clock. */
  [Symbol.dispose](): void {
    this.#done.abort();
  }
}
