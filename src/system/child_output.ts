/**
 * The standard output of a child that ends with the child, even if another process holds the pipe
 * open: a process that a wrapper has started and left behind (ceph/ceph.automation#45).
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { ToolError } from "@/errors.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The same byte stream, but it also ends when the child has ended and a read has waited for `grace`
 * milliseconds. Data in the pipe at that time is read; a slow reader loses nothing.
 *
 * @param exit Settles when the child has ended.
 */
export function endingWith(
  exit: Promise<unknown>,
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  grace: number,
  clock: Pick<Clock, "sleep">,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const output = new ChildOutput(stdout);
  exit.then(() => output.letGo(grace, clock)).catch(() => {});
  return new ReadableStream(output, { highWaterMark: 0 });
}

class ChildOutput implements UnderlyingByteSource {
  readonly type = "bytes";
  readonly autoAllocateChunkSize = 1 << 16;
  readonly #reader: ReadableStreamBYOBReader;
  readonly #ended = new AbortController();
  #reads = 0;
  #isWaiting = false;

  constructor(stdout: ReadableStream<Bytes>) {
    this.#reader = stdout.getReader({ mode: "byob" });
  }

  async pull(controller: ReadableByteStreamController): Promise<void> {
    const request = controller.byobRequest;
    if (!request?.view) throw new TypeError("a byte stream with its own buffers asks with one");
    const { buffer: { byteLength }, byteOffset } = request.view;
    const { value, done } = await this.#next(request.view as Bytes);
    if (!done) return request.respondWithNewView(value);
    this.#ended.abort();
    // An abandoned read loses its buffer and the data in it.
    if (value === undefined && byteOffset > 0) return controller.error(heldOpen());
    controller.close();
    request.respondWithNewView(value ?? new Uint8Array(new ArrayBuffer(byteLength), 0, 0));
  }

  async cancel(reason: unknown): Promise<void> {
    this.#ended.abort();
    await this.#reader.cancel(reason);
  }

  /** Abandons the first read that gets no data for `grace` milliseconds. */
  async letGo(grace: number, clock: Pick<Clock, "sleep">): Promise<void> {
    for (;;) {
      const before = this.#reads;
      await clock.sleep(grace, this.#ended.signal);
      if (this.#isWaiting && this.#reads === before) return await this.#reader.cancel();
    }
  }

  async #next(view: Bytes): Promise<ReadableStreamReadResult<Bytes>> {
    this.#reads++;
    this.#isWaiting = true;
    try {
      return await this.#reader.read(view) as ReadableStreamReadResult<Bytes>;
    } finally {
      this.#isWaiting = false;
    }
  }
}

function heldOpen(): ToolError {
  return new ToolError("temporary", "The program has ended, but its output has not", {
    hints: ["a wrapper in its place must wait for what it starts: write 'exec' before the program"],
  });
}
