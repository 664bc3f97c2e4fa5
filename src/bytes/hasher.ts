/**
 * The end of the stream: passes every segment to a worker that hashes it, so that reading, hashing
 * and writing overlap, and returns the buffers to the source.
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import { Gate } from "@/bytes/gate.ts";
import { nativeName } from "@/bytes/hash_algorithms.ts";
import type { HashReply, HashRequest } from "@/bytes/hash_protocol.ts";
import { Thread } from "@/thread.ts";
import { lengthOf, type Segment } from "@/bytes/segment.ts";

/**
 * Segments that may wait for the worker (16 MiB): the hash, the slowest step, can continue for 25
 * ms while this thread waits for a core, and memory stays flat.
 */
const WINDOW = 32;
/** Holes are hashed in slices, so that progress continues and an abort takes effect. */
const HOLE_SLICE = 64 << 20;

/** The worker's module; when run from source, starting it needs permission to read it. */
export const HASH_WORKER = new URL("./hash_worker.ts", import.meta.url);

/** The sink for segments whose digest is not needed. */
export function discard(
  buffers: BufferPool,
  onProgress: (bytes: number) => void,
): WritableStream<Segment> {
  return new WritableStream({
    write(segment) {
      if (segment.kind === "data") buffers.give(segment.bytes.buffer);
      onProgress(lengthOf(segment));
    },
  });
}

type HashThread = Thread<HashRequest, HashReply>;

/** Computes digests over a stream of segments. Disposing it ends its thread. */
export class Hasher implements Disposable {
  #thread: HashThread | undefined;
  readonly #buffers: BufferPool;
  readonly #onProgress: (bytes: number) => void;
  readonly #algorithms: ReadonlyMap<string, string>;
  readonly #result = Promise.withResolvers<ReadonlyMap<string, Uint8Array>>();
  readonly #gate = new Gate();
  #outstanding = 0;

  /**
   * Does not start the worker yet.
   *
   * @param algorithms Names as in image records: `sha512`, `md5`, ….
   * @param onProgress Called with the number of further bytes hashed.
   * @throws {ToolError} `hash_missing`, if one of them is not supported.
   */
  constructor(
    algorithms: Iterable<string>,
    buffers: BufferPool,
    onProgress: (bytes: number) => void,
  ) {
    this.#algorithms = new Map([...algorithms].map((name) => [name, nativeName(name)]));
    this.#buffers = buffers;
    this.#onProgress = onProgress;
    // The failure reaches the pipeline through `write`; possibly nobody waits for the digests.
    this.#result.promise.catch(() => {});
  }

  /** Starts the worker. @returns The sink for segments; it takes ownership of the buffers. */
  sink(): WritableStream<Segment> {
    const thread: HashThread = this.#thread = new Thread(HASH_WORKER, {
      name: "hash",
      permissions: "none",
      onReply: (reply) => this.#receive(reply),
      onDeath: (error) => this.#fail(error),
    });
    thread.post({ kind: "start", algorithms: [...new Set(this.#algorithms.values())] });
    return new WritableStream({
      write: (segment) => this.#write(thread, segment),
      close: () => thread.post({ kind: "end" }),
    });
  }

  /** The digests by algorithm, after the sink is closed. */
  async digests(): Promise<ReadonlyMap<string, Uint8Array>> {
    const native = await this.#result.promise;
    return new Map([...this.#algorithms].map(([name, key]) => [name, native.get(key)!]));
  }

  /** Ends the worker. */
  [Symbol.dispose](): void {
    this.#thread?.[Symbol.dispose]();
    this.#fail(new Error("the hasher was disposed"));
  }

  async #write(thread: HashThread, segment: Segment): Promise<void> {
    if (segment.kind === "data") {
      return await this.#send(thread, segment, [segment.bytes.buffer]);
    }
    for (let left = segment.length; left > 0; left -= HOLE_SLICE) {
      await this.#send(thread, { kind: "hole", length: Math.min(left, HOLE_SLICE) });
    }
  }

  async #send(
    thread: HashThread,
    request: HashRequest,
    transfer: Transferable[] = [],
  ): Promise<void> {
    await this.#gate.until(() => this.#outstanding < WINDOW);
    this.#outstanding++;
    thread.post(request, transfer);
  }

  #receive(reply: HashReply): void {
    if (reply.kind === "digests") return this.#result.resolve(reply.digests);
    this.#outstanding--;
    if (reply.buffer !== null) this.#buffers.give(reply.buffer);
    this.#onProgress(reply.length);
    this.#gate.touch();
  }

  #fail(error: Error): void {
    this.#result.reject(error);
    this.#gate.fail(error);
  }
}
