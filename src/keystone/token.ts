/**
 * Gets tokens from Keystone's v3 API and keeps one until it is about to expire.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { failureOf, readJson, type ReadOptions } from "@/http/answer.ts";
import type { Transport } from "@/http/transport.ts";
import type { AuthRequest } from "@/keystone/auth.ts";
import { type CatalogService, parseCatalog } from "@/keystone/catalog.ts";
import { waitFor } from "@/wait_for.ts";

/** A token and what Keystone says of it. */
export interface Token {
  /** The secret. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Names of the roles it carries. */
  readonly roles: readonly string[];
  /** The services that its project may see. */
  readonly catalog: readonly CatalogService[];
}

/** What talking to Keystone takes. */
export interface KeystoneLink {
  /** How requests are sent. */
  readonly transport: Transport;
  /** Time. */
  readonly clock: Clock;
  /** Keystone's v3 URL. */
  readonly url: string;
  /** Bound for each answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Who asks, for messages. */
export interface Asker {
  /** E.g. `user 'nova'`. */
  readonly label: string;
  /** Where the credentials come from. */
  readonly origin: string;
  /** What must not be shown. */
  readonly secrets: readonly string[];
}

/**
 * `POST /v3/auth/tokens`.
 *
 * @throws {ToolError} `permission_denied`, if Keystone refuses; `config_invalid`, if it does not
 * understand; `temporary`, `timeout` or `source_unavailable`, if it does not answer as it should.
 */
export async function issueToken(
  link: KeystoneLink,
  request: AuthRequest,
  asker: Asker,
  signal: AbortSignal,
): Promise<Token> {
  const reading = readingOf(link, `get a token for ${asker.label} (${asker.origin})`, signal);
  const { transport, timeoutMs, url } = link;
  const options = { json: request, signal, timeoutMs };
  const response = await transport.request("POST", `${url}/auth/tokens`, options);
  if (response.status !== 201) {
    const remedy = `check user, secret, domain and project (${asker.origin})`;
    throw await refusal(link, response, reading, { remedy, secrets: asker.secrets });
  }
  const id = response.headers.get("x-subject-token");
  const body = await readJson(response, link.clock, reading);
  if (id === null) throw notKeystone(reading.action, "no X-Subject-Token");
  return parseToken(id, body, reading.action);
}

/**
 * `GET /v3/auth/tokens` of a token by itself: what is known of one that was handed over.
 *
 * @throws {ToolError} As {@linkcode issueToken}.
 */
export async function lookUpToken(
  link: KeystoneLink,
  id: string,
  origin: string,
  signal: AbortSignal,
): Promise<Token> {
  const reading = readingOf(link, `look up the token (${origin})`, signal);
  const { transport, timeoutMs, url } = link;
  const headers = { "x-auth-token": id, "x-subject-token": id };
  const response = await transport.request("GET", `${url}/auth/tokens`, {
    headers,
    signal,
    timeoutMs,
  });
  if (response.status !== 200) {
    const remedy = "get a new token: openstack token issue";
    throw await refusal(link, response, reading, { remedy, secrets: [id] });
  }
  return parseToken(id, await readJson(response, link.clock, reading), reading.action);
}

function readingOf(link: KeystoneLink, what: string, signal: AbortSignal): ReadOptions {
  return { action: `${what} from '${link.url}'`, signal, timeoutMs: link.timeoutMs };
}

/** A 404 here is a wrong URL, not a missing image; a 400 is a request that the settings spoilt. */
async function refusal(
  link: KeystoneLink,
  response: Response,
  reading: ReadOptions,
  { remedy, secrets }: { readonly remedy: string; readonly secrets: readonly string[] },
): Promise<ToolError> {
  const error = await failureOf(response, link.clock, reading, secrets);
  if (error.code === "permission_denied") {
    return new ToolError(error.code, error.message, { hints: [remedy] });
  }
  if (response.status === 404) {
    return new ToolError("source_unavailable", error.message, {
      hints: ["check auth_url: it must lead to Keystone's v3 API"],
    });
  }
  if (response.status !== 400) return error;
  return new ToolError("config_invalid", error.message, {
    hints: ["compare with what works: openstack token issue"],
  });
}

function parseToken(id: string, json: unknown, action: string): Token {
  const token = (json as { token?: Record<string, unknown> } | null)?.token;
  const expiresAt = Date.parse(String(token?.expires_at));
  if (token === undefined || Number.isNaN(expiresAt)) throw notKeystone(action, "no 'expires_at'");
  const roles = Array.isArray(token.roles) ? token.roles : [];
  return {
    id,
    expiresAt,
    roles: roles.map((role) => String(role?.name)),
    catalog: parseCatalog(token.catalog),
  };
}

function notKeystone(action: string, lack: string): ToolError {
  return new ToolError("source_unavailable", `Cannot ${action}: the answer has ${lack}`, {
    hints: ["check auth_url: it must lead to Keystone's v3 API"],
  });
}

/** A token with less life than this is replaced before it is used (keystoneauth, 120 s). */
const LEAST_LIFE = 120_000;

/** Keeps one token and replaces it when it is about to expire or was refused. */
export class TokenSource {
  readonly #issue: () => Promise<Token>;
  readonly #clock: Clock;
  #coming: Promise<Token> | undefined;
  #held: Token | undefined;

  /** Takes the way to get a token; it is called when one is needed, and never twice at a time. */
  constructor(issue: () => Promise<Token>, clock: Clock) {
    this.#issue = issue;
    this.#clock = clock;
  }

  /** A token that is good for a while. @throws {unknown} As the way to get it, or the signal. */
  async get(signal: AbortSignal): Promise<Token> {
    if (this.#held !== undefined && this.#held.expiresAt - this.#clock.now() >= LEAST_LIFE) {
      return this.#held;
    }
    this.#coming ??= this.#take();
    return await waitFor(this.#coming, signal);
  }

  /** Drops the token if it still is this one, so that of many who were refused one asks anew. */
  forget(id: string): void {
    if (this.#held?.id === id) this.#held = undefined;
  }

  async #take(): Promise<Token> {
    try {
      return this.#held = await this.#issue();
    } finally {
      this.#coming = undefined;
    }
  }
}
