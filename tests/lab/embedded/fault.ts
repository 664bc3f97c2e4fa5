/**
 * The faults of the embedded lab's peers. Plain data, so that it travels as JSON to the stand-in
 * `rbd`. Bytes that differ from Glance's record are not a fault of a transfer: give that source
 * other content.
 *
 * A place in a transfer is the number of bytes sent before it; a negative one counts from the end.
 *
 * @module
 */

/** Faults of every source. */
export type TransferFault =
  /** Accepts the request and never answers. */
  | { readonly kind: "silent" }
  /** Stops sending at a place, and does not end. */
  | { readonly kind: "hang"; readonly after: number }
  /** Breaks off visibly: connection closed early, child killed. */
  | { readonly kind: "cut"; readonly after: number }
  /** Sends everything, in pieces of a few bytes. */
  | { readonly kind: "trickle"; readonly piece: number };

/** Additional faults of `rbd`. */
export type RbdFault =
  | TransferFault
  /** The monitors are unreachable: waits for `client_mount_timeout`, then exits 110. */
  | { readonly kind: "monitor" }
  /** An object cannot be read: `export` continues with the next, `export-diff` ends without `e`. */
  | { readonly kind: "unreadable"; readonly object: number }
  /** Stops early and exits 0. */
  | { readonly kind: "truncate"; readonly after: number }
  /** Sends everything and these additional bytes, and exits 0. */
  | { readonly kind: "append"; readonly text: string }
  /** Swaps two of the object records. */
  | { readonly kind: "swap"; readonly first: number; readonly second: number }
  /** Sends an object record twice. */
  | { readonly kind: "repeat"; readonly object: number }
  /** Sends exactly these bytes and exits with a status. */
  | { readonly kind: "output"; readonly base64: string; readonly status: number }
  /** Writes this to standard error before it begins. */
  | { readonly kind: "chatter"; readonly bytes: number }
  /** Sends everything, and exits with a status. */
  | { readonly kind: "status"; readonly status: number };

/** Additional faults of Glance and Keystone. */
export type HttpFault =
  | TransferFault
  /** Stops at a place until a promise is settled, then sends the rest. */
  | { readonly kind: "gate"; readonly after: number; readonly opened: Promise<void> }
  /** Answers with a given status; `times` limits it to the first requests. */
  | {
    readonly kind: "status";
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly times?: number;
  };

/** A place in a transfer of `total` bytes, as a count from its start. */
export function placeOf(after: number, total: number): number {
  return Math.min(total, Math.max(0, after < 0 ? total + after : after));
}
