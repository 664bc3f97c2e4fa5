/**
 * The messages between {@linkcode ChunkDigester} and its workers. A worker has one chunk at a time,
 * in order.
 *
 * @module
 */

/** Sent to a worker. A data buffer is transferred and comes back by {@linkcode ChunkReply}. */
export type ChunkRequest =
  | { readonly kind: "data"; readonly buffer: ArrayBuffer; readonly length: number }
  | { readonly kind: "zeros"; readonly length: number }
  /** The chunk is complete. */
  | { readonly kind: "end" };

/** Sent by a worker: one `done` for each data message, one `digest` for each end. */
export type ChunkReply =
  | { readonly kind: "done"; readonly buffer: ArrayBuffer; readonly length: number }
  | { readonly kind: "digest"; readonly digest: Uint8Array<ArrayBuffer> };
