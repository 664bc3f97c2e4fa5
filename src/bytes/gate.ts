/**
 * A wait for a state that replies from another thread change, and that ends when they cannot come any more.
 *
 * @module
 */

/** One place to wait at; one waits there at a time. */
export class Gate {
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  /** Something has changed: who waits looks again. */
  touch(): void {
    this.#wake();
  }

  /** What is waited for will not come; the first failure counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /**
   * Waits until something is so. Each wait has a promise of its own: a race with one that lives as long as
   * the transfer would keep every wait until its end, 600 MB for an image of 1 TiB.
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
