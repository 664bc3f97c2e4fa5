/**
 * Who the program is to the OpenStack services: the header fields that prove it, the roles they
 * carry and the catalog they open.
 *
 * @module
 */

/** Proof of identity for requests to services. */
export interface AuthSession {
  /** Where the credentials come from, for messages, e.g. `environment OS_TOKEN`. */
  readonly origin: string;
  /** `X-Auth-Token` and, where configured, `X-Service-Token`; empty without Keystone. */
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** Names of the roles of the token; empty where they are not known. */
  roles(signal: AbortSignal): Promise<readonly string[]>;
  /** Forgets a token that a service refused. Says whether there will be another. */
  renew(): boolean;
}

/** A session with fixed header fields: a token that was handed over, or none at all. */
export function fixedSession(
  origin: string,
  headers: Readonly<Record<string, string>>,
): AuthSession {
  return {
    origin,
    headers: () => Promise.resolve(headers),
    roles: () => Promise.resolve([]),
    renew: () => false,
  };
}
