/**
 * Why a connection failed, from the messages of reqwest, hyper and rustls as Deno 2.5 to 2.9 report
 * them, and from the codes of Node.
 *
 * @module
 */
import type { ErrorCode } from "@/errors.ts";
import { namesOf, type TlsSettings } from "@/openstack/http/tls_settings.ts";

/** A reason, in our words. */
export interface Diagnosis {
  /** The cause; follows "Cannot …: ". */
  readonly reason: string;
  /** What helps. */
  readonly hint: string;
  /** Whether it lasts until somebody changes something. */
  readonly lasting: boolean;
  /** The name of the failure. */
  readonly code: ErrorCode;
}

const CHECK_ENDPOINT = "check the endpoint: glance-direct doctor";

/** Failures that pass by themselves, or when a service is started. */
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
    "check the log of the service or of the load balancer in front of it",
  ],
  [
    /error reading a body/,
    "the answer ended early",
    "check the log of the service or of the load balancer in front of it",
  ],
  [
    /unsuccessful tunnel/,
    "the proxy does not connect to it",
    "allow the address of the service in the proxy, or correct '[glance_direct] proxy'",
  ],
  [
    /unreachable|EHOSTUNREACH|ENETUNREACH/,
    "the network is unreachable",
    "check the route from this host to the endpoint",
  ],
];

/** The certificate that every client accepts, where the server's own is set as the authority. */
const NEW_CERTIFICATE = "openssl req -x509 -newkey rsa:3072 -nodes -subj /CN=HOST " +
  "-addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:HOST";

/** What helps against a proxy that does not know the user. */
export const PROXY_REMEDY =
  "set user and password: '[glance_direct] proxy' = http://USER:PASSWORD@HOST:PORT";

const UNKNOWN_AUTHORITY = "the server's certificate is signed by an unknown authority";

/** The hint, given the TLS settings. */
type Remedy = (tls: TlsSettings) => string;

/** Failures that need a change. */
const LASTING: readonly (readonly [RegExp, reason: string, remedy: Remedy])[] = [
  [
    /dns error|lookup address|ENOTFOUND/,
    "the host name cannot be resolved",
    () => "check the host name of the endpoint and /etc/resolv.conf",
  ],
  [
    /UnknownIssuer/,
    UNKNOWN_AUTHORITY,
    (tls) =>
      `set the authority's certificate: ${namesOf(tls).cafile} or --os-cacert` +
      (tls.cafile === undefined ? "" : ` (now ${tls.cafile})`),
  ],
  [
    /CaUsedAsEndEntity/,
    "the server presents an authority's certificate (CA:TRUE) as its own",
    () => `give it one without CA:TRUE: ${NEW_CERTIFICATE}`,
  ],
  [
    /not valid for any names/,
    "the server's certificate has no name (subjectAltName)",
    () => `give it one with a name: ${NEW_CERTIFICATE}`,
  ],
  [
    /NotValidForName|not valid for name/,
    "the server's certificate is for another name",
    () => "use the host name that the certificate is for in the endpoint",
  ],
  [
    /invalid peer certificate: (?:certificate expired|Expired)/,
    "the server's certificate has expired",
    () => "renew the server's certificate, and check the clock of this host",
  ],
  [
    /UnsupportedCertVersion/,
    "the server's certificate is of X.509 version 1",
    () => `give it one of version 3: ${NEW_CERTIFICATE}`,
  ],
  [
    /invalid peer certificate/,
    "the server's certificate is not acceptable",
    () => "show it: openssl s_client -showcerts -connect HOST:PORT",
  ],
  [
    /CertificateRequired|HandshakeFailure|BadCertificate|fatal alert/,
    "the server ended the TLS handshake; it may require a client certificate",
    (tls) => `set the client certificate: ${namesOf(tls).certfile}, or --os-cert and --os-key`,
  ],
  [
    /proxy authentication required/i,
    "the proxy asks for a user and a password",
    () => PROXY_REMEDY,
  ],
  [
    /corrupt message|InvalidContentType/,
    "the server does not speak TLS",
    () => "use http:// in the endpoint, or turn TLS on in the server",
  ],
];

/** Interprets the text of a failed connection. @param tls The settings for the hint. */
export function diagnose(text: string, tls: TlsSettings = {}): Diagnosis {
  const [, passing, hint] = PASSING.find(([pattern]) => pattern.test(text)) ?? [];
  if (passing !== undefined && hint !== undefined) {
    return { reason: passing, hint, lasting: false, code: "source_unavailable" };
  }
  const [, reason, remedy] = LASTING.find(([pattern]) => pattern.test(text)) ?? [];
  if (reason === undefined || remedy === undefined) {
    return {
      reason: lastClause(text),
      hint: CHECK_ENDPOINT,
      lasting: false,
      code: "source_unavailable",
    };
  }
  const code = reason === UNKNOWN_AUTHORITY ? "authority_unknown" : "source_unavailable";
  return { reason, hint: remedy(tls), lasting: true, code };
}

/** Only the end of an unknown text is shown: its beginning repeats the URL, perhaps a secret. */
function lastClause(text: string): string {
  const tail = text.split(/: (?=[^/])/).at(-1) ?? text;
  return /:\/\//.test(tail) ? "the request failed" : tail;
}
