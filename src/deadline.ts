/**
 * A bound on time for whatever takes a signal.
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Clock } from "@/context.ts";

/** A signal with a time. Disposing it stops the clock; its signal goes on to follow the caller's. */
export class Deadline implements Disposable {
  /** Aborted with the caller's, or when the time is up. */
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
   * Lets go of the caller's signal, which otherwise gathers a listener for every wait of a long life.
   * What listened to this one's hears an abort.
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
