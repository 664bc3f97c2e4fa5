/**
 * Reads a byte stream in pieces of given lengths. Streams that support it (a child's pipe, a
 * response body) fill the caller's buffer without a copy.
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import { SEGMENT_SIZE } from "@/bytes/segment.ts";

/**
 * Size of the first segment (64 KiB); each next one is as long as all before, up to
 * {@linkcode SEGMENT_SIZE}. A bad image is detected by its first bytes, before more is transferred.
 */
const FIRST_SEGMENT = 1 << 16;

/** Bytes in a buffer of their own. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Takes bytes from a stream; the caller cancels it on every path. */
export class ByteReader {
  readonly #fill: (room: Bytes) => Promise<Bytes | undefined>;
  readonly #cancel: (reason?: unknown) => Promise<void>;
  readonly #onBytes: (count: number) => void;
  #inSegments = 0;

  /**
   * Locks the stream.
   *
   * @param onBytes Called for every piece as it arrives, so that a slow stream does not count as
   * stalled.
   */
  constructor(stream: ReadableStream<Bytes>, onBytes: (count: number) => void = () => {}) {
    this.#onBytes = onBytes;
    const direct = directReader(stream);
    if (direct === undefined) {
      const reader = stream.getReader();
      this.#fill = copyingFill(reader);
      this.#cancel = (reason) => reader.cancel(reason);
    } else {
      this.#fill = async (room) => (await direct.read(room)).value;
      this.#cancel = (reason) => direct.cancel(reason);
    }
  }

  /**
   * Fills `room` with the next bytes, and takes ownership of its buffer.
   *
   * @returns The bytes; fewer than there is room for only at the end of the stream.
   */
  async read(room: Bytes): Promise<Bytes> {
    const { byteOffset, length } = room;
    let { buffer } = room;
    let filled = 0;
    while (filled < length) {
      const piece = await this.#fill(new Uint8Array(buffer, byteOffset + filled, length - filled));
      // A cancelled stream keeps the buffer; after a cancel nobody needs the bytes.
      if (piece === undefined) return new Uint8Array(0);
      buffer = piece.buffer;
      if (piece.length === 0) break;
      filled += piece.length;
      this.#onBytes(piece.length);
    }
    return new Uint8Array(buffer, byteOffset, filled);
  }

  /** Reads a small header of exactly `length` bytes, or `undefined` when the stream ends before. */
  async header(length: number): Promise<Bytes | undefined> {
    const bytes = await this.read(new Uint8Array(length));
    return bytes.length === length ? bytes : undefined;
  }

  /** The next data, up to {@linkcode SEGMENT_SIZE} bytes in a buffer of `pool`; empty at the end. */
  async segment(pool: BufferPool, length = SEGMENT_SIZE): Promise<Bytes> {
    const longest = Math.min(Math.max(this.#inSegments, FIRST_SEGMENT), SEGMENT_SIZE);
    const bytes = await this.read(pool.take().subarray(0, Math.min(length, longest)));
    this.#inSegments += bytes.length;
    if (bytes.length === 0) pool.give(bytes.buffer);
    return bytes;
  }

  /** Cancels the stream. */
  async cancel(reason?: unknown): Promise<void> {
    await this.#cancel(reason).catch(() => {});
  }
}

function directReader(stream: ReadableStream<Bytes>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** For streams whose chunks have their own size. */
function copyingFill(reader: ReadableStreamDefaultReader<Bytes>) {
  let rest: Bytes = new Uint8Array(0);
  return async (room: Bytes): Promise<Bytes> => {
    while (rest.length === 0) {
      const { value, done } = await reader.read();
      if (done) return room.subarray(0, 0);
      rest = value;
    }
    const filled = room.subarray(0, rest.length);
    filled.set(rest.subarray(0, filled.length));
    rest = rest.subarray(filled.length);
    return filled;
  };
}
