/**
 * The identity of a request from nova's hook.
 *
 * @module
 */

/** The identity and the Glance that nova would use; `null` means those of the configuration. */
export interface Caller {
  /** The user's token. */
  readonly token: string | null;
  /** nova's own token, sent in addition. */
  readonly serviceToken: string | null;
  /** Base URL of Glance. */
  readonly endpoint: string | null;
  /** nova's request id. */
  readonly requestId: string | null;
}
