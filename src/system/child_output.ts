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
  clock: Pick<Clock, "monotonic" | "sleep">,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const output = new ChildOutput(stdout, clock);
  exit.then(() => output.letGo(grace)).catch(() => {});
  return new ReadableStream(output, { highWaterMark: 0 });
}

/** Bytes that a pipe holds (pipe(7)): the writer of a full one has more to write. */
const PIPE_SIZE = 1 << 16;

/** Milliseconds after which a read is answered with what there is: a slow child does not stall. */
const LONGEST_FILL = 100;

class ChildOutput implements UnderlyingByteSource {
  readonly type = "bytes";
  readonly autoAllocateChunkSize = 1 << 16;
  readonly #reader: ReadableStreamBYOBReader;
  readonly #clock: Pick<Clock, "monotonic" | "sleep">;
  readonly #ended = new AbortController();
  #reads = 0;
  #isWaiting = false;
  /** Where the last answer ended in its buffer: a read from there on continues it. */
  #filledTo = -1;

  constructor(stdout: ReadableStream<Bytes>, clock: Pick<Clock, "monotonic" | "sleep">) {
    this.#reader = stdout.getReader({ mode: "byob" });
    this.#clock = clock;
  }

  async pull(controller: ReadableByteStreamController): Promise<void> {
    const request = controller.byobRequest;
    if (!request?.view) throw new TypeError("a byte stream with its own buffers asks with one");
    const { buffer: { byteLength }, byteOffset } = request.view;
    const bytes = await this.#fill(request.view as Bytes);
    if (bytes !== undefined && bytes.length > 0) {
      this.#filledTo = byteOffset + bytes.length;
      return request.respondWithNewView(bytes);
    }
    this.#ended.abort();
    // An abandoned read loses its buffer and the data in it.
    if (bytes === undefined && byteOffset === this.#filledTo) return controller.error(heldOpen());
    controller.close();
    request.respondWithNewView(bytes ?? new Uint8Array(new ArrayBuffer(byteLength), byteOffset, 0));
  }

  async cancel(reason: unknown): Promise<void> {
    this.#ended.abort();
    await this.#reader.cancel(reason);
  }

  /** Abandons the first read that gets no data for `grace` milliseconds. */
  async letGo(grace: number): Promise<void> {
    for (;;) {
      const before = this.#reads;
      await this.#clock.sleep(grace, this.#ended.signal);
      if (this.#isWaiting && this.#reads === before) return await this.#reader.cancel();
    }
  }

  /**
   * Reads into `room` while the pipe is full: each answer to a reader costs more than a read here.
   *
   * @returns Nothing at the end; `undefined` if the read was abandoned.
   */
  async #fill(room: Bytes): Promise<Bytes | undefined> {
    const { byteOffset, length } = room;
    const end = this.#clock.monotonic() + LONGEST_FILL;
    let { buffer } = room;
    for (let filled = 0;;) {
      const rest = new Uint8Array(buffer, byteOffset + filled, length - filled);
      const { value } = await this.#next(rest);
      if (value === undefined && filled > 0) throw heldOpen();
      if (value === undefined) return undefined;
      buffer = value.buffer;
      filled += value.length;
      const isMore = value.length >= PIPE_SIZE && this.#clock.monotonic() < end;
      if (!isMore || filled === length) return new Uint8Array(buffer, byteOffset, filled);
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
