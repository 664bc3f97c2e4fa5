/**
 * A thread of this program, and the typed channel to it. Only plain values cross the channel.
 *
 * @module
 */

/** One end of a channel. */
export interface Port<Received, Sent> {
  /** Receives. */
  onmessage: ((event: MessageEvent<Received>) => void) | null;
  /** Sends a message; the objects in `transfer` belong to the other end afterwards. */
  postMessage(message: Sent, transfer?: Transferable[]): void;
}

/** Options of a thread. */
export interface ThreadOptions<Reply> {
  /** For messages. */
  readonly name: string;
  /** Its permissions. */
  readonly permissions: NonNullable<NonNullable<WorkerOptions["deno"]>["permissions"]>;
  /** Receives its messages. */
  readonly onReply: (reply: Reply) => void;
  /** Called when it has died. */
  readonly onDeath: (error: Error) => void;
}

/**
 * A thread, seen from the thread that started it. Disposing it ends it and every child it started.
 */
export class Thread<Request, Reply> implements Disposable {
  readonly #worker: Worker;

  /**
   * Starts a thread.
   *
   * @param module Its code; when run from source, starting it needs permission to read it.
   */
  constructor(module: URL, { name, permissions, onDeath, onReply }: ThreadOptions<Reply>) {
    this.#worker = new Worker(module, { type: "module", name, deno: { permissions } });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => onReply(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      onDeath(new Error(`${name} thread: ${event.message}`));
    };
  }

  /** Sends. */
  post(request: Request, transfer: Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/** The thread's own end of the channel. The compiler's library only declares a window's. */
export function ownPort<Request, Reply>(): Port<Request, Reply> {
  return globalThis as unknown as Port<Request, Reply>;
}
