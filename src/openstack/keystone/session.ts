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
  /** The tokens sent so far: an answer may repeat them, and no message may. */
  secrets(): readonly string[];
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
  if (response.status !== 401) return response;
  // Whether and how renewing ends, the connection of this answer must not stay open.
  let isRenewed = true;
  try {
    isRenewed = await session.renew(proof);
  } finally {
    if (isRenewed) await response.body?.cancel();
  }
  return isRenewed ? await send(await session.headers(signal)) : response;
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
    secrets: () => Object.values(headers),
  };
}

/**
 * A session that gets tokens itself: the user's and, if configured, the service's. All but `renew`
 * and `secrets` throw a {@linkcode ToolError} if Keystone issues no token.
 *
 * @param service Without it, no `X-Service-Token` is sent.
 */
export function keystoneSession(
  origin: string,
  user: TokenSource,
  service?: TokenSource,
): AuthSession {
  const sent = new Set<string>();
  return {
    origin,
    async headers(signal) {
      const { id } = await user.get(signal);
      const own = await service?.get(signal);
      for (const token of own === undefined ? [id] : [id, own.id]) sent.add(token);
      return { "x-auth-token": id, ...own && { "x-service-token": own.id } };
    },
    roles: async (signal) => (await user.get(signal)).roles,
    catalog: async (signal) => (await user.get(signal)).catalog,
    renew(refused) {
      user.forget(refused["x-auth-token"] ?? "");
      service?.forget(refused["x-service-token"] ?? "");
      return true;
    },
    secrets: () => [...sent],
  };
}
