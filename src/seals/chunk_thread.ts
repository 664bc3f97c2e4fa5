/**
 * One worker that digests chunks, seen from the stream.
 *
 * @module
 */
import type { ChunkReply, ChunkRequest } from "@/seals/chunk_protocol.ts";
import { Thread } from "@/thread.ts";

/** The worker's module; when run from source, starting it needs permission to read it. */
export const CHUNK_WORKER = new URL("./chunk_worker.ts", import.meta.url);

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
    const name = "chunks";
    this.#thread = new Thread(CHUNK_WORKER, {
      name,
      permissions: "none",
      onReply,
      onDeath: onError,
    });
  }

  /** Bytes that it has not digested yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Adds bytes to its chunk, and passes the ownership of the buffer. */
  data(buffer: ArrayBuffer, length: number): void {
    this.#waiting += length;
    this.#thread.post({ kind: "data", buffer, length }, [buffer]);
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
