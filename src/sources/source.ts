/**
 * The interface of a scheme handler: it turns a location of an image into a {@linkcode Source}
 * without any I/O, and a source opens into a stream of segments. A handler does not deal with
 * hashes, retries, progress or the cache.
 *
 * @module
 */
import type { Location } from "@/openstack/glance/image.ts";
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

/** One source of one image: resolved, not yet opened. */
export interface Source {
  /** Name of its kind, from the registry. */
  readonly kind: string;
  /** The location without credentials, for logs, errors and results. */
  readonly label: string;
  /** Whether `open` accepts an offset other than 0. */
  readonly resumable: boolean;
  /**
   * Starts the transfer.
   *
   * @throws {ToolError} If it cannot start.
   */
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

/** Turns locations into sources. */
export interface SchemeHandler {
  /**
   * Turns a location into a source, without I/O.
   *
   * @throws {ToolError} `location_invalid` if it is malformed or not allowed.
   */
  resolve(location: Location, image: { readonly id: string }): Source;
}
