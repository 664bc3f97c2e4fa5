/**
 * Flushes a growing file while the rest is still being transferred. The kernel itself begins when a
 * tenth of the memory is dirty: a large host would keep a whole image until the flush at the end,
 * which would then take as long as the disk needs for all of it and could not be interrupted.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";

/** Bytes after which the next flush begins. */
const STRIDE = 64 << 20;

/** Flushes one file, one stride at a time. */
export class WriteBehind {
  readonly #file: Pick<OpenFile, "writeDown">;
  #waiting = 0;
  #isBusy = false;

  /** Starts with nothing to flush. */
  constructor(file: Pick<OpenFile, "writeDown">) {
    this.#file = file;
  }

  /** This many more bytes were written. */
  wrote(bytes: number): void {
    this.#waiting += bytes;
    if (this.#waiting < STRIDE || this.#isBusy) return;
    this.#waiting = 0;
    this.#isBusy = true;
    // No failure is lost: Linux reports it on every handle that was open, so the last flush fails,
    // too.
    this.#file.writeDown().catch(() => {}).finally(() => this.#isBusy = false);
  }
}
