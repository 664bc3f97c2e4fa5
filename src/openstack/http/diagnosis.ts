/**
 * Why a connection failed, from the texts of reqwest, hyper and rustls as Deno 2.5 to 2.9 hand them
 * on, and from the codes of Node.
 *
 * @module
 */
import type { ErrorCode } from "@/errors.ts";

/** A reason, in our words. */
export interface Diagnosis {
  /** What happened; follows "Cannot …: ". */
  readonly reason: string;
  /** What helps. */
  readonly hint: string;
  /** Whether it will happen again until somebody changes something. */
  readonly lasting: boolean;
  /** What the failure is called. */
  readonly code: ErrorCode;
}

const CHECK_ENDPOINT = "check the endpoint: glance-direct doctor";

/** What passes by itself, or when somebody starts a service. */
const PASSING: readonly (readonly [RegExp, reason: string, hint: string])[] = [
  [
    /Connection refused|ECONNREFUSED/,
    "connection refused",
    "check that the service runs and that its address and port are right",
  ],
  [
    /Temporary failure in name resolution|EAI_AGAIN/,
    "the name server does not answer",
    "check /etc/resolv.conf and the name server",
  ],
  [
    /reset by peer|ECONNRESET|closed before|IncompleteMessage|unexpected EOF|Broken pipe/,
    "the connection was closed before the answer",
    "look into the log of the service or of the load balancer in front of it",
  ],
  [
    /unreachable|EHOSTUNREACH|ENETUNREACH/,
    "the network is unreachable",
    "check the route from this host to the endpoint",
  ],
];

const UNKNOWN_AUTHORITY = "the server's certificate is signed by an unknown authority";

/** What needs a hand. */
const LASTING: readonly (readonly [RegExp, reason: string, hint: string])[] = [
  [
    /dns error|lookup address|ENOTFOUND/,
    "the host name cannot be resolved",
    "check the host name of the endpoint and /etc/resolv.conf",
  ],
  [
    /UnknownIssuer/,
    UNKNOWN_AUTHORITY,
    "name the authority's certificate: '[glance] cafile' or --os-cacert",
  ],
  [
    /CaUsedAsEndEntity/,
    "the server presents an authority's certificate as its own",
    "give the server a certificate of its own, signed by that authority",
  ],
  [
    /NotValidForName|not valid for name/,
    "the server's certificate is for another name",
    "use the host name that the certificate is for in the endpoint",
  ],
  [
    /invalid peer certificate: (?:certificate expired|Expired)/,
    "the server's certificate has expired",
    "renew the server's certificate, and check the clock of this host",
  ],
  [
    /invalid peer certificate/,
    "the server's certificate is not acceptable",
    "show it: openssl s_client -showcerts -connect HOST:PORT",
  ],
  [
    /CertificateRequired|HandshakeFailure|BadCertificate|fatal alert/,
    "the server ended the TLS handshake, as it does without a client certificate",
    "name the client certificate: '[glance] certfile' and 'keyfile', or --os-cert and --os-key",
  ],
  [
    /corrupt message|InvalidContentType/,
    "the server does not speak TLS",
    "use http:// in the endpoint, or turn TLS on in the server",
  ],
];

/** Reads the text of a failed connection. */
export function diagnose(text: string): Diagnosis {
  const [, reason, hint] = [...PASSING, ...LASTING].find(([pattern]) => pattern.test(text)) ?? [];
  if (reason === undefined || hint === undefined) {
    return {
      reason: lastClause(text),
      hint: CHECK_ENDPOINT,
      lasting: false,
      code: "source_unavailable",
    };
  }
  const code = reason === UNKNOWN_AUTHORITY ? "authority_unknown" : "source_unavailable";
  return { reason, hint, lasting: LASTING.some(([, known]) => known === reason), code };
}

/** Only the tail of an unknown text is shown: its head repeats the URL, which may carry a secret. */
function lastClause(text: string): string {
  const tail = text.split(/: (?=[^/])/).at(-1) ?? text;
  return /:\/\//.test(tail) ? "the request failed" : tail;
}
