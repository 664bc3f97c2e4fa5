/**
 * What went wrong with a request, in the words of the tool: connections that did not come about,
 * and answers that are not the wanted one.
 *
 * @module
 */
import { type ErrorCode, messageOf, ToolError } from "@/errors.ts";

/** A connection that failed before there was an answer; the cause of the {@linkcode ToolError}. */
export class ConnectionError extends Error {
  /** The class's name, as stacks print it. */
  override readonly name = "ConnectionError";
}

/** Whether the next endpoint or a later try may succeed where this one did not. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof ToolError && (error.retryable || error.cause instanceof ConnectionError);
}

/** A URL for messages: without user, password, query and fragment. */
export function labelOf(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

interface Diagnosis {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly hint: string;
}

/** The texts of reqwest, hyper and rustls, as Deno 2.5 to 2.9 hand them on. */
const DIAGNOSES: readonly Diagnosis[] = [
  {
    pattern: /Connection refused|ECONNREFUSED/,
    reason: "connection refused",
    hint: "check that the service runs and that its address and port are right",
  },
  {
    pattern: /dns error|lookup address|ENOTFOUND|EAI_AGAIN/,
    reason: "the host name cannot be resolved",
    hint: "check the host name of the endpoint and /etc/resolv.conf",
  },
  {
    pattern: /UnknownIssuer/,
    reason: "the server's certificate is signed by an unknown authority",
    hint: "name the authority's certificate: '[glance] cafile' or --os-cacert",
  },
  {
    pattern: /CaUsedAsEndEntity/,
    reason: "the server presents an authority's certificate as its own",
    hint: "give the server a certificate of its own, signed by that authority",
  },
  {
    pattern: /NotValidForName|not valid for name/,
    reason: "the server's certificate is for another name",
    hint: "use the host name that the certificate is for in the endpoint",
  },
  {
    pattern: /invalid peer certificate: (?:certificate expired|Expired)/,
    reason: "the server's certificate has expired",
    hint: "renew the server's certificate, and check the clock of this host",
  },
  {
    pattern: /invalid peer certificate/,
    reason: "the server's certificate is not acceptable",
    hint: "show it: openssl s_client -showcerts -connect HOST:PORT",
  },
  {
    pattern: /CertificateRequired|HandshakeFailure|BadCertificate|fatal alert/,
    reason: "the server ended the TLS handshake, as it does without a client certificate",
    hint:
      "name the client certificate: '[glance] certfile' and 'keyfile', or --os-cert and --os-key",
  },
  {
    pattern: /corrupt message|InvalidContentType/,
    reason: "the server does not speak TLS",
    hint: "use http:// in the endpoint, or turn TLS on in the server",
  },
  {
    pattern: /reset by peer|ECONNRESET|closed before|IncompleteMessage|unexpected EOF|Broken pipe/,
    reason: "the connection was closed before the answer",
    hint: "look into the log of the service or of the load balancer in front of it",
  },
  {
    pattern: /unreachable|EHOSTUNREACH|ENETUNREACH/,
    reason: "the network is unreachable",
    hint: "check the route from this host to the endpoint",
  },
];

/**
 * What a rejected `fetch` means.
 *
 * @param action What was tried, e.g. `GET 'http://…'`; without secrets.
 */
export function connectionFailure(action: string, error: unknown): ToolError {
  const text = error instanceof Error && error.cause !== undefined
    ? messageOf(error.cause)
    : messageOf(error);
  const known = DIAGNOSES.find(({ pattern }) => pattern.test(text));
  const reason = known?.reason ?? lastClause(text);
  return new ToolError("source_unavailable", `Cannot ${action}: ${reason}`, {
    hints: [known?.hint ?? "check the endpoint: glance-direct doctor"],
    cause: new ConnectionError(reason),
  });
}

/** Only the tail of an unknown text is shown: its head repeats the URL, which may carry a secret. */
function lastClause(text: string): string {
  const tail = text.split(/: (?=[^/])/).at(-1) ?? text;
  return /:\/\//.test(tail) ? "the request failed" : tail;
}

/** What {@linkcode answerFailure} tells beside the status. */
export interface AnswerFailureOptions {
  /** What was tried, e.g. `GET 'http://…'`. */
  readonly action: string;
  /** What the server says of it; untrusted, shortened here. */
  readonly detail?: string | undefined;
  /** Milliseconds since the epoch, to read a `Retry-After` date. */
  readonly now: number;
}

/** Answers that say "later" (RFC 9110, RFC 6585, RFC 8470); 501 and 505 do not. */
const TEMPORARY = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What an answer with an unwanted status means. */
export function answerFailure(response: Response, options: AnswerFailureOptions): ToolError {
  const { status } = response;
  const said = options.detail ? `, saying '${oneLine(options.detail)}'` : "";
  const request = requestIdOf(response);
  const where = request === undefined ? "" : ` (${request})`;
  const retryAfter = retryAfterOf(response, options.now);
  return new ToolError(
    codeOf(status),
    `Cannot ${options.action}: the answer is ${status}${said}${where}`,
    { hints: [hintOf(status)], ...(retryAfter === undefined ? {} : { retryAfter }) },
  );
}

function codeOf(status: number): ErrorCode {
  if (TEMPORARY.has(status)) return "temporary";
  if (status === 401 || status === 403) return "permission_denied";
  return status === 404 ? "not_found" : "source_unavailable";
}

function hintOf(status: number): string {
  if (status === 401) return "check the credentials: openstack token issue";
  if (status === 403) return "ask for a role that the policy of the service allows this to";
  if (status === 404) return "check the name and the endpoint: glance-direct doctor";
  if (TEMPORARY.has(status)) return "try again later, or look into the log of the service";
  return "check that the endpoint is the right service: glance-direct doctor";
}

/** The id under which the service logged the request, as a plain token. */
export function requestIdOf(response: Response): string | undefined {
  const id = response.headers.get("x-openstack-request-id") ?? undefined;
  return id !== undefined && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}

/** Seconds asked for by `Retry-After`: a number or a date (RFC 9110 §10.2.3). */
export function retryAfterOf(response: Response, now: number): number | undefined {
  const text = response.headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function oneLine(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
}
