/**
 * The transport for a `cafile` that may have the server's own certificate. OpenSSL, and so nova,
 * trusts what it finds there. rustls, and so `fetch`, refuses a CA certificate (CA:TRUE), one
 * without a subjectAltName and one of X.509 version 1 as a server's. Here the connection is made
 * without the runtime's check, but with a stricter one: the `cafile` must have exactly this
 * certificate, and it must be valid for this host and time.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { PeerCertificate } from "@/connection.ts";
import { ToolError } from "@/errors.ts";
import { ConnectionError } from "@/openstack/http/failure.ts";
import { isFor } from "@/openstack/http/host_name.ts";
import { UnverifiedTransport } from "@/openstack/http/insecure/transport.ts";
import type { Method, RequestOptions, Transport } from "@/openstack/http/transport.ts";

/** The pinned certificates, and the servers that needed them. */
export interface Pins {
  /** SHA-256 of each certificate of the `cafile`, hex. */
  readonly digests: readonly string[];
  /** Origins that presented one of them; grows. */
  readonly origins: Set<string>;
}

/** What a pinned connection needs. */
export type PinnedContext = ConstructorParameters<typeof UnverifiedTransport>[1];

/**
 * Repeats a request that failed because of the certificate, on a connection with a pinned
 * certificate.
 */
export class PinnedTransport implements Transport {
  readonly #checked: Transport;
  readonly #pinned: Transport;
  readonly #pins: Pins;

  /** Wraps the transport that verifies. */
  constructor(
    checked: Transport,
    context: PinnedContext,
    tls: ConstructorParameters<typeof UnverifiedTransport>[2],
    pins: Pins,
  ) {
    const judge = (certificate: PeerCertificate, { hostname, origin }: URL) => {
      expectPinned(pins, certificate);
      expectGood(certificate, hostname, context.clock.now());
      pins.origins.add(origin);
    };
    this.#checked = checked;
    this.#pins = pins;
    this.#pinned = new UnverifiedTransport(checked, context, tls, judge);
  }

  /** See {@linkcode Transport.request}. */
  async request(method: Method, url: string, options: RequestOptions): Promise<Response> {
    if (this.#pins.origins.has(new URL(url).origin)) {
      return await this.#pinned.request(method, url, options);
    }
    try {
      return await this.#checked.request(method, url, options);
    } catch (error) {
      if (!url.startsWith("https:") || !isLasting(error)) throw error;
      return await this.#pinned.request(method, url, options).catch((other) => {
        throw isUnreached(other) ? error : other;
      });
    }
  }

  /** Closes both. */
  [Symbol.dispose](): void {
    this.#checked[Symbol.dispose]();
  }
}

function isLasting(error: unknown): boolean {
  return isUnreached(error) && (error.cause as ConnectionError).lasting;
}

/** Whether there was no answer: then a second try on a pinned connection does not help. */
function isUnreached(error: unknown): error is ToolError {
  return error instanceof ToolError && error.cause instanceof ConnectionError;
}

function expectPinned({ digests }: Pins, { der }: PeerCertificate): void {
  const digest = createHash("sha256").update(der).digest("hex");
  if (!digests.includes(digest)) throw new Error("the certificate is not a pinned one");
}

/**
 * The checks that OpenSSL makes for a trusted certificate.
 *
 * @throws {ToolError} `source_unavailable`.
 */
function expectGood(certificate: PeerCertificate, hostname: string, now: number): void {
  const { names, validFrom, validUntil } = certificate;
  if (!isFor(names, hostname)) {
    throw new ToolError(
      "source_unavailable",
      `Cannot use the certificate of '${hostname}': it is pinned, but for '${names.join("', '")}'`,
      { hints: ["use the host name that the certificate is for in the endpoint"] },
    );
  }
  if (now >= validFrom && now <= validUntil) return;
  throw new ToolError(
    "source_unavailable",
    `Cannot use the certificate of '${hostname}': it is pinned, but not valid at this time`,
    { hints: ["renew the server's certificate, and check the clock of this host"] },
  );
}
