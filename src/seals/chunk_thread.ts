/**
 * One worker that digests chunks, seen from the stream.
 *
 * @module
 */
import { Thread } from "@/thread.ts";

/** The worker's module; when run from source, starting it needs permission to read it. */
export const CHUNK_WORKER = new URL("./chunk_worker.ts", import.meta.url);

/**
 * Sent to a worker, which has one chunk at a time, in order. A data buffer is transferred and comes
 * back by {@linkcode ChunkReply}.
 */
export type ChunkRequest =
  | { readonly kind: "data"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "zeros"; readonly length: number }
  /** The chunk is complete. */
  | { readonly kind: "end" };

/** Sent by a worker: one `done` for each data message, one `digest` for each end. */
export type ChunkReply =
  | { readonly kind: "done"; readonly buffer: ArrayBuffer; readonly length: number }
  | { readonly kind: "digest"; readonly digest: Uint8Array<ArrayBuffer> };

/** The events of a thread. */
export interface ChunkThreadEvents {
  /** Bytes are digested; the buffer is free again. */
  readonly onDone: (buffer: ArrayBuffer, length: number) => void;
  /** A chunk is complete. */
  readonly onDigest: (index: number, digest: Uint8Array<ArrayBuffer>) => void;
  /** The thread itself failed. */
  readonly onError: (error: Error) => void;
}

/** A thread and its queued work. Disposing it ends it immediately. */
export class ChunkThread implements Disposable {
  readonly #thread: Thread<ChunkRequest, ChunkReply>;
  readonly #chunks: number[] = [];
  #waiting = 0;

  /** Starts it. */
  constructor({ onDone, onDigest, onError }: ChunkThreadEvents) {
    const onReply = (reply: ChunkReply) => {
      if (reply.kind === "digest") return onDigest(this.#chunks.shift()!, reply.digest);
      this.#waiting -= reply.length;
      onDone(reply.buffer, reply.length);
    };
    const options = { name: "chunks", permissions: "none", onReply, onDeath: onError } as const;
    this.#thread = new Thread(CHUNK_WORKER, options);
  }

  /** Bytes that it has not digested yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Adds bytes to its chunk, and passes the ownership of the buffer. */
  data(bytes: Uint8Array<ArrayBuffer>): void {
    this.#waiting += bytes.length;
    this.#thread.post({ kind: "data", bytes }, [bytes.buffer]);
  }

  /** Adds zero bytes to its chunk. */
  zeros(length: number): void {
    this.#thread.post({ kind: "zeros", length });
  }

  /** Ends its current chunk. */
  end(index: number): void {
    this.#chunks.push(index);
    this.#thread.post({ kind: "end" });
  }

  /** Ends the worker. */
  [Symbol.dispose](): void {
    this.#thread[Symbol.dispose]();
  }
}
