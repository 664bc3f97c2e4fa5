/**
 * Who asks through nova's hook.
 *
 * @module
 */

/** The identity and the Glance that nova would use; `null` leaves it to the configuration. */
export interface Caller {
  /** The user's token. */
  readonly token: string | null;
  /** nova's own token, sent beside it. */
  readonly serviceToken: string | null;
  /** Base URL of Glance. */
  readonly endpoint: string | null;
  /** nova's request id. */
  readonly requestId: string | null;
}
