/**
 * Turns failed requests into errors: failed connections, and answers with an unexpected status.
 *
 * @module
 */
import { type ErrorCode, messageOf, ToolError } from "@/errors.ts";
import { diagnose, PROXY_REMEDY } from "@/openstack/http/diagnosis.ts";
import { fieldOf } from "@/openstack/http/fields.ts";
import type { TlsSettings } from "@/openstack/http/tls_settings.ts";

/** A connection that failed before there was an answer; the cause of the {@linkcode ToolError}. */
export class ConnectionError extends Error {
  /** The name of the class, as in stack traces. */
  override readonly name = "ConnectionError";
  /** Whether it lasts until somebody changes something, e.g. a certificate. */
  readonly lasting: boolean;

  /** Takes the reason, and whether it lasts. */
  constructor(reason: string, lasting: boolean) {
    super(reason);
    this.lasting = lasting;
  }
}

/** Whether there was no connection, or it was lost, and a later one may last. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof ToolError && error.cause instanceof ConnectionError &&
    !error.cause.lasting;
}

/** Whether a later try may succeed. */
export function isWorthRetrying(error: unknown): boolean {
  return isConnectionLost(error) || (error instanceof ToolError && error.retryable);
}

/** Whether another server may succeed. */
export function isWorthAsking(error: unknown): boolean {
  return isWorthRetrying(error) ||
    (error instanceof ToolError && error.cause instanceof ConnectionError);
}

/** A URL for messages: without user, password, query and fragment. */
export function labelOf(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/**
 * The error for a rejected `fetch`.
 *
 * @param action The request, e.g. `GET 'http://…'`; without secrets.
 * @param tls The settings for the hint.
 */
export function connectionFailure(
  action: string,
  error: unknown,
  tls: TlsSettings = {},
): ToolError {
  const text = messageOf(error instanceof Error ? error.cause ?? error : error);
  const { code, hint, lasting, reason } = diagnose(text, tls);
  return new ToolError(code, `Cannot ${action}: ${reason}`, {
    hints: [hint],
    cause: new ConnectionError(reason, lasting),
  });
}

/** Answers that say "later" (RFC 9110, RFC 6585, RFC 8470); 501 and 505 do not. */
const TEMPORARY = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * The error for an answer with an unexpected status.
 *
 * @param action The request, e.g. `GET 'http://…'`.
 * @param detail The server's message; untrusted, shortened here.
 * @param now Milliseconds since the epoch, to read a `Retry-After` date.
 */
export function answerFailure(
  response: Response,
  action: string,
  detail: string,
  now: number,
): ToolError {
  const { status } = response;
  const said = detail === "" ? "" : `, saying '${oneLine(detail)}'`;
  const request = requestIdOf(response);
  const where = request === undefined ? "" : ` (${request})`;
  const retryAfter = retryAfterOf(response, now);
  const message = `Cannot ${action}: the answer is ${status}${said}${where}`;
  const hints = [hintOf(status)];
  return new ToolError(codeOf(status), message, {
    hints,
    ...retryAfter !== undefined && { retryAfter },
  });
}

function codeOf(status: number): ErrorCode {
  if (TEMPORARY.has(status)) return "temporary";
  if (status === 401) return "unauthorized";
  if (status === 403) return "permission_denied";
  return status === 404 ? "not_found" : "source_unavailable";
}

function hintOf(status: number): string {
  if (status === 401) return "check the credentials: openstack token issue";
  if (status === 403) return "use an account with a role that the service's policy allows";
  if (status === 404) return "check the name and the endpoint: glance-direct doctor";
  if (status === 407) return PROXY_REMEDY;
  if (TEMPORARY.has(status)) return "try again later, or check the log of the service";
  return "check that the endpoint is the right service: glance-direct doctor";
}

/** The id of the request in the log of the service, as a plain token. */
function requestIdOf(response: Response): string | undefined {
  const id = fieldOf(response.headers, "x-openstack-request-id");
  return id !== undefined && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}

/** Seconds in `Retry-After`: a number or a date (RFC 9110 §10.2.3). */
function retryAfterOf(response: Response, now: number): number | undefined {
  const text = fieldOf(response.headers, "retry-after") ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function oneLine(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
}
