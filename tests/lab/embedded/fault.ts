/**
 * What a peer of the embedded lab can be told to do wrong. Plain data, so that it travels as JSON to
 * the stand-in `rbd`. That a source holds other bytes than Glance's record promises is no fault of a
 * transfer: give that source other content.
 *
 * A place in a transfer is a count of bytes sent before it; a negative one counts from the end.
 *
 * @module
 */

/** What every source can do wrong. */
export type TransferFault =
  /** Takes the request and never answers. */
  | { readonly kind: "silent" }
  /** Sends nothing more from a place on, and does not end. */
  | { readonly kind: "hang"; readonly after: number }
  /** Breaks off so that its reader can tell: connection closed early, child killed. */
  | { readonly kind: "cut"; readonly after: number }
  /** Sends everything, in pieces of a few bytes. */
  | { readonly kind: "trickle"; readonly piece: number };

/** What `rbd` does wrong beside that. */
export type RbdFault =
  | TransferFault
  /** The monitors cannot be reached: waits for `client_mount_timeout`, then exits 110. */
  | { readonly kind: "monitor" }
  /** An object cannot be read: `export` goes on with the next, `export-diff` ends without `e`. */
  | { readonly kind: "unreadable"; readonly object: number }
  /** Stops early and exits 0. */
  | { readonly kind: "truncate"; readonly after: number }
  /** Sends all and then these bytes too, and exits 0. */
  | { readonly kind: "append"; readonly text: string }
  /** Sends two of the object records in each other's place. */
  | { readonly kind: "swap"; readonly first: number; readonly second: number }
  /** Sends an object record twice. */
  | { readonly kind: "repeat"; readonly object: number }
  /** Sends exactly these bytes and exits with a status. */
  | { readonly kind: "output"; readonly base64: string; readonly status: number }
  /** Says this much on standard error before it begins. */
  | { readonly kind: "chatter"; readonly bytes: number }
  /** Sends all, and exits with a status. */
  | { readonly kind: "status"; readonly status: number };

/** What Glance and Keystone do wrong beside that. */
export type HttpFault =
  | TransferFault
  /** Sends nothing more from a place on until a promise is settled, then the rest. */
  | { readonly kind: "gate"; readonly after: number; readonly opened: Promise<void> }
  /** Answers with a status of its own; `times` limits it to the first requests. */
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
