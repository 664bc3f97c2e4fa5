/**
 * Starts to write a growing file down while the rest of it is still on its way. The kernel alone begins
 * when a tenth of the memory is dirty: on a large host it would keep a whole image until the flush at the
 * end, which would then take as long as the disk needs for all of it, and hear no signal meanwhile.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";

/** Bytes after which the next write-down begins. */
const STRIDE = 64 << 20;

/** Writes down one file, one stride at a time. */
export class WriteBehind {
  readonly #file: Pick<OpenFile, "writeDown">;
  #waiting = 0;
  #isBusy = false;

  /** Begins with nothing to write down. */
  constructor(file: Pick<OpenFile, "writeDown">) {
    this.#file = file;
  }

  /** So many bytes more were written. */
  wrote(bytes: number): void {
    this.#waiting += bytes;
    if (this.#waiting < STRIDE || this.#isBusy) return;
    this.#waiting = 0;
    this.#isBusy = true;
    // A failure is not lost: Linux tells it to every handle that was open, so the last flush fails, too.
    this.#file.writeDown().catch(() => {}).finally(() => this.#isBusy = false);
  }
}
