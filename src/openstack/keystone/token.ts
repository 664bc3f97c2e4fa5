/**
 * Gets tokens from Keystone's v3 API.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { type ErrorCode, EXIT_STATUS, ToolError } from "@/errors.ts";
import { failureOf, readJson, type ReadOptions } from "@/openstack/http/answer.ts";
import { printable, shownUrl } from "@/shown_url.ts";
import { fieldOf } from "@/openstack/http/fields.ts";
import { ConnectionError } from "@/openstack/http/failure.ts";
import type { Transport } from "@/openstack/http/transport.ts";
import type { AuthRequest, KeystoneCredentials } from "@/openstack/keystone/auth.ts";
import { type CatalogService, parseCatalog } from "@/openstack/keystone/catalog.ts";

/** A token and what Keystone reports about it. */
export interface Token {
  /** The secret. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Names of its roles. */
  readonly roles: readonly string[];
  /** The services that its project can use. */
  readonly catalog: readonly CatalogService[];
}

/**
 * What requests to Keystone need: its v3 URL, and the time limit for each answer, in milliseconds.
 */
export type KeystoneLink = {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly url: string;
  readonly timeoutMs: number;
};

/** The identity, for messages. */
export type Asker = Omit<KeystoneCredentials, "keystone" | "kind" | "request">;

/**
 * `POST /v3/auth/tokens`.
 *
 * @throws {ToolError} `authentication_failed`, if Keystone refuses; `config_invalid`, if it rejects
 * the request; `keystone_unreachable` or `authority_unknown`, if there is no connection;
 * `temporary`, `timeout` or `source_unavailable`, if it does not answer correctly.
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
  const { proofAt, secrets, urlAt } = asker;
  const answer = transport.request("POST", `${url}/auth/tokens`, options);
  const response = await reached(answer, urlAt);
  if (!response.ok) {
    await expectOneFactor(response, link, reading);
    const remedy = `check ${proofAt}, and the domain and project next to them`;
    const meaning = { code: "authentication_failed", remedy, secrets } as const;
    throw await refusal(link, response, reading, meaning);
  }
  const id = fieldOf(response.headers, "x-subject-token");
  const body = await readJson(response, link.clock, reading);
  if (id === undefined) throw notKeystone(reading.action, "no X-Subject-Token");
  return parseToken(id, body, reading.action);
}

/**
 * `GET /v3/auth/tokens` of a token with itself: the data of a given token.
 *
 * @throws {ToolError} `unauthorized`, if it is not valid; else as {@linkcode issueToken}.
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
  const options = { headers, signal, timeoutMs };
  const response = await reached(transport.request("GET", `${url}/auth/tokens`, options));
  if (!response.ok) {
    const remedy = "get a new token: openstack token issue";
    throw await refusal(link, response, reading, { code: "unauthorized", remedy, secrets: [id] });
  }
  return parseToken(id, await readJson(response, link.clock, reading), reading.action);
}

function readingOf(link: KeystoneLink, what: string, signal: AbortSignal): ReadOptions {
  return { action: `${what} from '${shownUrl(link.url)}'`, signal, timeoutMs: link.timeoutMs };
}

/** An unreachable Keystone has another code than an unreachable source. */
async function reached(answer: Promise<Response>, urlAt = "auth_url"): Promise<Response> {
  try {
    return await answer;
  } catch (error) {
    if (!isUnreached(error)) throw error;
    const { cause, hints: [hint = "check the address"], message } = error;
    const hints = [`${hint}; the address is in ${urlAt}`];
    throw new ToolError("keystone_unreachable", message, { cause, hints });
  }
}

/** An unknown authority already has its own code. */
function isUnreached(error: unknown): error is ToolError {
  return error instanceof ToolError && error.code === "source_unavailable" &&
    error.cause instanceof ConnectionError;
}

/**
 * A user with several factors gets a receipt for the first (Identity API, "Multi-Factor
 * Authentication").
 *
 * @throws {ToolError} `authentication_failed`, if it is one, with the methods that Keystone
 * requires.
 */
async function expectOneFactor(
  response: Response,
  { clock }: KeystoneLink,
  reading: ReadOptions,
): Promise<void> {
  if (response.status !== 401 || !response.headers.has("openstack-auth-receipt")) return;
  const body = await readJson(response, clock, reading).catch(() => null);
  reading.signal.throwIfAborted();
  const { required_auth_methods: required } = Object(body) as { required_auth_methods?: unknown };
  const rules = Array.isArray(required) ? required.filter(Array.isArray) : [];
  const methods = rules.map((rule) => rule.map((one) => printable(String(one))).join(" with "));
  throw new ToolError(
    "authentication_failed",
    `Cannot ${reading.action}: the user needs several factors: ${methods.join(", or ")}`,
    { hints: ["use one factor for hosts: openstack application credential create"] },
  );
}

/** What a 401 is, the hint for a 401 or 403, and the texts that must not be shown. */
type Refusal = {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly secrets: readonly string[];
};

/** A 404 here is a wrong URL, not a missing image; a 400 is a request with wrong settings. */
async function refusal(
  link: KeystoneLink,
  response: Response,
  reading: ReadOptions,
  { code, remedy, secrets }: Refusal,
): Promise<ToolError> {
  const error = await failureOf(response, link.clock, reading, secrets);
  if (error.exitStatus === EXIT_STATUS.unauthorized) {
    const own = response.status === 401 ? code : error.code;
    return new ToolError(own, error.message, { hints: [remedy] });
  }
  if (response.status === 404) {
    return new ToolError("source_unavailable", error.message, {
      hints: ["check auth_url: it must be the URL of Keystone's v3 API"],
    });
  }
  if (response.status !== 400) return error;
  return new ToolError("config_invalid", error.message, { hints: [remedy] });
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
    hints: ["check auth_url: it must be the URL of Keystone's v3 API"],
  });
}
