/**
 * Starts to write a growing file down to the disk while the rest of it is still on its way: the flush
 * at the end finds little left to do, and a host never holds a whole image as dirty memory.
 *
 * @module
 */

/** Bytes after which the next write-down begins. */
const STRIDE = 64 << 20;

/** Writes down one file, one stride at a time. */
export class WriteBehind {
  readonly #path: string;
  #waiting = 0;
  #isBusy = false;
  #idle: Promise<void> = Promise.resolve();

  /**
   * Begins with nothing to write down.
   *
   * @param path The file, under the name that it has while it grows.
   */
  constructor(path: string) {
    this.#path = path;
  }

  /** Settles when nothing is being written down any more. */
  get idle(): Promise<void> {
    return this.#idle;
  }

  /** Counts bytes that were written; begins to write them down when they are many. */
  wrote(bytes: number): void {
    this.#waiting += bytes;
    if (this.#waiting < STRIDE || this.#isBusy) return;
    this.#waiting = 0;
    this.#isBusy = true;
    this.#idle = this.#writeDown().catch(() => {
      // The writer's own flush fails too: Linux tells every handle of a failed write-down.
    }).finally(() => this.#isBusy = false);
  }

  /** By a handle of its own: while a promise uses a handle, no other operation gets into it. */
  async #writeDown(): Promise<void> {
    using file = await Deno.open(this.#path, { write: true });
    await file.syncData();
  }
}
