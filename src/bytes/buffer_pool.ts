/**
 * Buffers that circulate: source → file → hasher → pool. Reusing them keeps memory flat and saves
 * one allocation per MiB.
 *
 * @module
 */
import { SEGMENT_SIZE } from "@/bytes/segment.ts";

/**
 * Where the bytes begin in their buffer. The allocator places a large buffer 16 bytes after the
 * beginning of a page, so that the bytes begin with a page. Processors by AMD copy from a pipe's
 * pages to 16 bytes after the beginning of a page at half the speed (`rep movsb`, Zen 3 and 4).
 */
const START = 4096 - 16;
const BUFFER_SIZE = START + SEGMENT_SIZE;

/** Hands out room for {@linkcode SEGMENT_SIZE} bytes and takes its buffer back. */
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

  /** Room for {@linkcode SEGMENT_SIZE} bytes, with arbitrary content. */
  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#free.pop() ?? this.#allocate(), START);
  }

  /** Returns a buffer to the pool. Foreign sizes and detached buffers are ignored. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength === BUFFER_SIZE && this.#free.length < this.#limit) {
      this.#free.push(buffer);
    }
  }

  #allocate(): ArrayBuffer {
    this.#allocated++;
    return new ArrayBuffer(BUFFER_SIZE);
  }
}
