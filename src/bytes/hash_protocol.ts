/**
 * The messages between the hasher and its worker.
 *
 * @module
 */

/** Sent to the worker. A data buffer is transferred and comes back by {@linkcode HashReply}. */
export type HashRequest =
  | { readonly kind: "start"; readonly algorithms: readonly string[] }
  | { readonly kind: "data"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "hole"; readonly length: number }
  | { readonly kind: "end" };

/** Sent by the worker: one `done` for each data or hole, in order, and the digests at the end. */
export type HashReply =
  | { readonly kind: "done"; readonly length: number; readonly buffer: ArrayBuffer | null }
  | { readonly kind: "digests"; readonly digests: ReadonlyMap<string, Uint8Array> };
