/**
 * The identity of the program for the OpenStack services: the header fields for authentication, the
 * roles and the catalog.
 *
 * @module
 */
import type { CatalogService } from "@/openstack/keystone/catalog.ts";
import type { Token } from "@/openstack/keystone/token.ts";
import type { TokenSource } from "@/openstack/keystone/token_source.ts";

/** Header fields that authenticate. */
export type AuthHeaders = Readonly<Record<string, string>>;

/** Authentication of requests to services. */
export interface AuthSession {
  /** Where the credentials come from, for messages, e.g. `[service_user]`. */
  readonly origin: string;
  /** `X-Auth-Token` and, where configured, `X-Service-Token`; empty without Keystone. */
  headers(signal: AbortSignal): Promise<AuthHeaders>;
  /** Names of the roles of the token; empty if unknown. */
  roles(signal: AbortSignal): Promise<readonly string[]>;
  /** The catalog of the token, or `undefined` if there is none. */
  catalog(signal: AbortSignal): Promise<readonly CatalogService[] | undefined>;
  /** Forgets tokens that a service refused. Returns whether new ones are possible. */
  renew(refused: AuthHeaders): boolean | Promise<boolean>;
}

/**
 * Sends a request with the authentication of a session. If the service refuses it (401) and there
 * is another token, sends it once more.
 *
 * @throws {unknown} What the session or `send` throws.
 */
export async function withProof(
  session: AuthSession,
  signal: AbortSignal,
  send: (proof: AuthHeaders) => Promise<Response>,
): Promise<Response> {
  const proof = await session.headers(signal);
  const response = await send(proof);
  if (response.status !== 401 || !await session.renew(proof)) return response;
  await response.body?.cancel();
  return await send(await session.headers(signal));
}

/**
 * A session with a given token, or with none; there is no other after a refusal.
 *
 * @param headers The header fields, fixed for the run.
 * @param lookUp Asks Keystone about the token, if Keystone is known.
 */
export function fixedSession(
  origin: string,
  headers: AuthHeaders,
  lookUp?: (signal: AbortSignal) => Promise<Token>,
): AuthSession {
  let looked: Promise<Token> | undefined;
  const known = async (signal: AbortSignal) => {
    try {
      return await (looked ??= lookUp?.(signal));
    } catch (error) {
      looked = undefined;
      throw error;
    }
  };
  return {
    origin,
    headers: () => Promise.resolve(headers),
    roles: async () => (await looked)?.roles ?? [],
    catalog: async (signal) => (await known(signal))?.catalog,
    renew: () => false,
  };
}

/** A session that gets tokens itself: the user's and, if configured, the service's. */
export class KeystoneSession implements AuthSession {
  /** See {@linkcode AuthSession.origin}. */
  readonly origin: string;
  readonly #user: TokenSource;
  readonly #service: TokenSource | undefined;

  /** Takes the sources of the tokens; without one for the service, no `X-Service-Token` is sent. */
  constructor(origin: string, user: TokenSource, service?: TokenSource) {
    this.origin = origin;
    this.#user = user;
    this.#service = service;
  }

  /** See {@linkcode AuthSession.headers}. @throws {ToolError} If Keystone issues no token. */
  async headers(signal: AbortSignal): Promise<AuthHeaders> {
    const user = await this.#user.get(signal);
    const service = await this.#service?.get(signal);
    return {
      "x-auth-token": user.id,
      ...(service === undefined ? {} : { "x-service-token": service.id }),
    };
  }

  /** See {@linkcode AuthSession.roles}. @throws {ToolError} If Keystone issues no token. */
  async roles(signal: AbortSignal): Promise<readonly string[]> {
    return (await this.#user.get(signal)).roles;
  }

  /** See {@linkcode AuthSession.catalog}. @throws {ToolError} If Keystone issues no token. */
  async catalog(signal: AbortSignal): Promise<readonly CatalogService[]> {
    return (await this.#user.get(signal)).catalog;
  }

  /** See {@linkcode AuthSession.renew}. */
  renew(refused: AuthHeaders): boolean {
    this.#user.forget(refused["x-auth-token"] ?? "");
    this.#service?.forget(refused["x-service-token"] ?? "");
    return true;
  }
}
