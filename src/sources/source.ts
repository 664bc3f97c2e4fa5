/**
 * A source of an image: it opens into a stream of segments. A source does not deal with hashes,
 * retries, progress or the cache.
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import type { Segment } from "@/bytes/segment.ts";

/** Options for opening a source. */
export interface OpenOptions {
  /** Ends the transfer; the stream fails with the signal's reason and the peer is released. */
  readonly signal: AbortSignal;
  /** First byte to send. Only used if {@linkcode Source.resumable} is true. */
  readonly offset: number;
  /** Size of the image in its record, in bytes. */
  readonly size: number;
  /** The pool for buffers of data segments. */
  readonly buffers: BufferPool;
  /** Called with the number of bytes received, for the result and the stall guard. */
  readonly onTransferred: (bytes: number) => void;
}

/** One source of one image, not yet opened. */
export interface Source {
  /** Name of its kind, from the registry. */
  readonly kind: string;
  /** The location without credentials, for logs, errors and results. */
  readonly label: string;
  /** Whether `open` accepts an offset other than 0. */
  readonly resumable: boolean;
  /** Starts the transfer. @throws {ToolError} If it cannot start. */
  open(options: OpenOptions): Promise<Transfer>;
}

/** A transfer in progress. Disposing it ends the socket or the child and waits for that end. */
export interface Transfer extends AsyncDisposable {
  /**
   * The image from the offset on. It ends only when the source confirms that everything was sent;
   * every failure ends it with a {@linkcode ToolError}.
   */
  readonly segments: ReadableStream<Segment>;
}

/**
 * A transfer over a generator of segments that always ends its peer. `release` runs before the
 * generator ends: one that waits for a hung peer can only return after the peer is gone.
 *
 * @param release Ends the peer and waits for its end; called exactly once.
 */
export function segmentTransfer(
  segments: AsyncGenerator<Segment>,
  release: () => Promise<void>,
): Transfer {
  let released: Promise<void> | undefined;
  const end = () => released ??= release();
  const abandon = async () => {
    await end();
    await segments.return(undefined);
  };
  const stream = new ReadableStream<Segment>({
    async pull(controller) {
      try {
        const { value, done } = await segments.next();
        if (!done) return controller.enqueue(value);
        await end();
        controller.close();
      } catch (error) {
        await end();
        throw error;
      }
    },
    cancel: abandon,
  }, { highWaterMark: 0 });
  return { segments: stream, [Symbol.asyncDispose]: abandon };
}
