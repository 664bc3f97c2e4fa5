/**
 * Buffers that circulate: source → file → hasher → pool. Reusing them keeps memory flat and saves
 * one allocation per MiB.
 *
 * @module
 */
import { SEGMENT_SIZE } from "@/bytes/segment.ts";

/** Hands out buffers of {@linkcode SEGMENT_SIZE} bytes and takes them back. */
export class BufferPool {
  readonly #free: ArrayBuffer[] = [];
  readonly #limit: number;
  #allocated = 0;

  /**
   * Makes an empty pool.
   *
   * @param limit How many idle buffers to keep; others are left to the garbage collector. The
   * default covers all that are ever in use: those that wait for the hasher, and a few in the
   * stages before it.
   */
  constructor(limit = 40) {
    this.#limit = limit;
  }

  /** How many buffers were ever made: detects a leak. */
  get allocated(): number {
    return this.#allocated;
  }

  /** A buffer of {@linkcode SEGMENT_SIZE} bytes with arbitrary content. */
  take(): ArrayBuffer {
    const buffer = this.#free.pop();
    if (buffer !== undefined) return buffer;
    this.#allocated++;
    return new ArrayBuffer(SEGMENT_SIZE);
  }

  /** Returns a buffer to the pool. Foreign sizes and detached buffers are ignored. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength === SEGMENT_SIZE && this.#free.length < this.#limit) {
      this.#free.push(buffer);
    }
  }
}
