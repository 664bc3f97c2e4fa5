/**
 * Waits for a state that replies from another thread change. The wait ends when no more replies can
 * come.
 *
 * @module
 */

/** A place to wait, for one waiter at a time. */
export class Gate {
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  /** The state has changed: the waiter checks it again. */
  touch(): void {
    this.#wake();
  }

  /** No more replies will come; the first failure counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /**
   * Waits until a condition is true. Each wait has its own promise: a race with a promise that
   * lives as long as the transfer would keep every wait in memory until its end, 600 MB for an
   * image of 1 TiB.
   *
   * @throws {unknown} The failure, also where it is so.
   */
  async until(isReached: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (isReached()) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
