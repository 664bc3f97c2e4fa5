/**
 * Buffers that go round: source → file → hasher → back here. Reusing them keeps memory flat and
 * spares the collector one allocation per MiB.
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
   * @param limit How many idle buffers to keep; more are left to the collector. By default all that are
   * ever under way: those that wait for the hasher, and a few in the stages before it.
   */
  constructor(limit = 40) {
    this.#limit = limit;
  }

  /** How many buffers were ever made: a guard against a leak in the round trip. */
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

  /** Gives a buffer back. Foreign sizes and detached buffers are ignored. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength === SEGMENT_SIZE && this.#free.length < this.#limit) {
      this.#free.push(buffer);
    }
  }
}
