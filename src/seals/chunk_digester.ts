/**
 * Digests the chunks of an image in transit, several at a time: each goes to its own worker, and a
 * chunk that is one hole goes to none.
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import { Gate } from "@/bytes/gate.ts";
import type { Segment } from "@/bytes/segment.ts";
import { isZero } from "@/bytes/zero_blocks.ts";
import { ChunkThread } from "@/seals/chunk_thread.ts";
import { CHUNK_SIZE, chunkCount, chunkLength, DIGEST_SIZE } from "@/seals/chunks.ts";

/** Number of chunks that may always wait (16 MiB), so that no worker is idle. */
const LEAST_WINDOW = 4;

/** What digesting needs. */
export interface ChunkDigesterParts {
  /** Bytes of the image; exactly this many must arrive. */
  readonly size: number;
  /** Maximum number of workers; one is started only when all others are busy. */
  readonly workers: number;
  /** The pool that buffers return to. */
  readonly buffers: BufferPool;
  /** Called with the number of further bytes digested. */
  readonly onProgress: (bytes: number) => void;
  /** Called for each chunk, in any order. An error it throws ends the stream immediately. */
  readonly onDigest: (index: number, digest: Uint8Array<ArrayBuffer>) => void;
}

/** The chunk that is being received. */
interface Current {
  readonly index: number;
  /** Bytes of it received so far. */
  filled: number;
  /** Its worker; none while all of it is a hole. */
  thread: ChunkThread | undefined;
}

/** Digests one stream. Disposing it ends its threads. */
export class ChunkDigester implements Disposable {
  readonly #parts: ChunkDigesterParts;
  readonly #window: number;
  readonly #threads: ChunkThread[] = [];
  readonly #failure = Promise.withResolvers<never>();
  readonly #gate = new Gate();
  #current: Current = { index: 0, filled: 0, thread: undefined };
  /** Bytes of memory in use; the buffer of a small extent is as large as any other. */
  #waiting = 0;
  #missing: number;

  /** Does not start a worker yet. */
  constructor(parts: ChunkDigesterParts) {
    this.#parts = parts;
    this.#window = Math.max(LEAST_WINDOW, parts.workers) * CHUNK_SIZE;
    this.#missing = chunkCount(parts.size);
    // The failure reaches the pipeline through the sink; possibly nobody waits for it.
    this.#failure.promise.catch(() => {});
  }

  /** The sink for segments; takes their buffers, and closes after the last digest was reported. */
  sink(): WritableStream<Segment> {
    return new WritableStream<Segment>({
      start: (controller) => {
        // Immediately, also while the source is slow: a wrong image needs no more data.
        this.#failure.promise.catch((error) => controller.error(error));
      },
      write: (segment) => this.#write(segment),
      close: () => this.#gate.until(() => this.#missing === 0),
    });
  }

  /** Ends the workers. */
  [Symbol.dispose](): void {
    for (const thread of this.#threads) thread[Symbol.dispose]();
    this.#fail(new Error("the digester was disposed"));
  }

  async #write(segment: Segment): Promise<void> {
    if (segment.kind === "hole") return this.#hole(segment.length);
    const { bytes } = segment;
    // A chunk of zeros needs no hash, whether it arrives as a hole or as data.
    const isHole = isZero(bytes);
    if (!isHole && bytes.length <= this.#room()) return await this.#data(bytes);
    if (isHole) this.#hole(bytes.length);
    else await this.#split(bytes);
    this.#parts.buffers.give(bytes.buffer);
  }

  /** The part that belongs to the next chunk goes to another worker: each gets its own bytes. */
  async #split(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length;) {
      const part = bytes.subarray(start, start + this.#room());
      start += part.length;
      if (isZero(part)) this.#hole(part.length);
      else await this.#data(this.#copyOf(part));
    }
  }

  #copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const copy = this.#parts.buffers.take().subarray(0, bytes.length);
    copy.set(bytes);
    return copy;
  }

  async #data(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { buffer: { byteLength }, length } = bytes;
    await this.#gate.until(() => this.#waiting === 0 || this.#waiting + byteLength <= this.#window);
    this.#waiting += byteLength;
    this.#busy().data(bytes);
    this.#advance(length);
  }

  #hole(length: number): void {
    for (let left = length; left > 0;) {
      const part = Math.min(left, this.#room());
      this.#current.thread?.zeros(part);
      this.#advance(part);
      left -= part;
    }
    this.#parts.onProgress(length);
  }

  /** Bytes that the current chunk still needs. */
  #room(): number {
    const { index, filled } = this.#current;
    return chunkLength(index, this.#parts.size) - filled;
  }

  /** The worker of the current chunk, which now has data. */
  #busy(): ChunkThread {
    const { filled, thread } = this.#current;
    if (thread !== undefined) return thread;
    const chosen = this.#current.thread = this.#choose();
    if (filled > 0) chosen.zeros(filled);
    return chosen;
  }

  #choose(): ChunkThread {
    const least = this.#threads.toSorted((a, b) => a.waiting - b.waiting)[0];
    const isFull = this.#threads.length >= this.#parts.workers;
    if (least !== undefined && (isFull || least.waiting === 0)) return least;
    const started = new ChunkThread({
      onDone: (buffer, length) => this.#done(buffer, length),
      onDigest: (index, digest) => this.#digest(index, digest),
      onError: (error) => this.#fail(error),
    });
    this.#threads.push(started);
    return started;
  }

  #advance(length: number): void {
    const { index, thread } = this.#current;
    this.#current.filled += length;
    if (this.#room() > 0) return;
    this.#current = { index: index + 1, filled: 0, thread: undefined };
    if (thread === undefined) this.#digest(index, new Uint8Array(DIGEST_SIZE));
    else thread.end(index);
  }

  #done(buffer: ArrayBuffer, length: number): void {
    this.#waiting -= buffer.byteLength;
    this.#parts.buffers.give(buffer);
    this.#parts.onProgress(length);
    this.#gate.touch();
  }

  #digest(index: number, digest: Uint8Array<ArrayBuffer>): void {
    this.#missing--;
    try {
      this.#parts.onDigest(index, digest);
    } catch (error) {
      this.#fail(error);
    }
    this.#gate.touch();
  }

  #fail(error: unknown): void {
    this.#failure.reject(error);
    this.#gate.fail(error);
  }
}
