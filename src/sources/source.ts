/**
 * What a scheme handler is: it turns a location of an image into a {@linkcode Source} without any
 * input or output, and a source opens into a stream of segments. A handler knows no hashing, retry,
 * progress or cache.
 *
 * @module
 */
import type { Location } from "@/openstack/glance/image.ts";
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import type { Segment } from "@/bytes/segment.ts";

/** What a source is opened with. */
export interface OpenOptions {
  /** Ends the transfer; the stream errors with the signal's reason and the peer is let go. */
  readonly signal: AbortSignal;
  /** First byte wanted. Only offered to a source whose {@linkcode Source.resumable} is true. */
  readonly offset: number;
  /** Size of the image by its record, in bytes. */
  readonly size: number;
  /** Where buffers of data segments come from. */
  readonly buffers: BufferPool;
  /** Told of bytes as they come over the wire, for the result and the stall guard. */
  readonly onTransferred: (bytes: number) => void;
}

/** One place of one image: resolved, not yet opened. */
export interface Source {
  /** Name of its kind, by the registry. */
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

/** A transfer under way. Disposing it ends the socket or the child and waits for that end. */
export interface Transfer extends AsyncDisposable {
  /**
   * The image from the offset on. It ends only when the source itself says that all was sent; every
   * failure errors it with a {@linkcode ToolError}.
   */
  readonly segments: ReadableStream<Segment>;
}

/** Turns locations into sources. */
export interface SchemeHandler {
  /**
   * Turns a location into a source, without input or output.
   *
   * @throws {ToolError} `location_invalid` if it is not well formed or not allowed.
   */
  resolve(location: Location, image: { readonly id: string }): Source;
}
