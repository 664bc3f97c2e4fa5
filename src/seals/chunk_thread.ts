/**
 * One worker that digests chunks, seen from the stream's side.
 *
 * @module
 */
import type { ChunkReply, ChunkRequest } from "@/seals/chunk_protocol.ts";

/** The worker's module; who starts it must be allowed to read it when run from source. */
export const CHUNK_WORKER = new URL("./chunk_worker.ts", import.meta.url);

/** What a thread tells. */
export interface ChunkThreadEvents {
  /** Bytes are digested; the buffer is free again. */
  readonly onDone: (buffer: ArrayBuffer, length: number) => void;
  /** A chunk is complete. */
  readonly onDigest: (index: number, digest: Uint8Array<ArrayBuffer>) => void;
  /** The thread itself failed. */
  readonly onError: (error: Error) => void;
}

/** A thread and what it has to do. Disposing it ends it at once. */
export class ChunkThread implements Disposable {
  readonly #worker: Worker;
  readonly #chunks: number[] = [];
  #waiting = 0;

  /** Starts it. */
  constructor({ onDone, onDigest, onError }: ChunkThreadEvents) {
    this.#worker = new Worker(CHUNK_WORKER, {
      type: "module",
      name: "chunks",
      deno: { permissions: "none" },
    });
    this.#worker.onmessage = ({ data: reply }: MessageEvent<ChunkReply>) => {
      if (reply.kind === "digest") return onDigest(this.#chunks.shift()!, reply.digest);
      this.#waiting -= reply.length;
      onDone(reply.buffer, reply.length);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      onError(new Error(`chunk worker: ${event.message}`));
    };
  }

  /** Bytes that it has not digested yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Adds bytes to its chunk; the buffer goes with them. */
  data(buffer: ArrayBuffer, length: number): void {
    this.#waiting += length;
    this.#post({ kind: "data", buffer, length }, [buffer]);
  }

  /** Adds zero bytes to its chunk. */
  zeros(length: number): void {
    this.#post({ kind: "zeros", length }, []);
  }

  /** Its chunk is complete, and was this one. */
  end(index: number): void {
    this.#chunks.push(index);
    this.#post({ kind: "end" }, []);
  }

  /** Ends the worker. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }

  #post(request: ChunkRequest, transfer: Transferable[]): void {
    this.#worker.postMessage(request, transfer);
  }
}
