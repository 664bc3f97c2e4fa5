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
import {
  type UnverifiedContext,
  type UnverifiedTls,
  unverifiedTransport,
} from "@/openstack/http/insecure/transport.ts";
import type { Transport } from "@/openstack/http/transport.ts";

/**
 * SHA-256 of each certificate of the `cafile`, hex, and origins that presented one of them; they
 * grow.
 */
export type Pins = { readonly digests: readonly string[]; readonly origins: Set<string> };

/**
 * Wraps the transport that verifies: repeats a request that failed because of the certificate, on a
 * connection with a pinned certificate.
 */
export function pinnedTransport(
  checked: Transport,
  context: UnverifiedContext,
  tls: UnverifiedTls,
  pins: Pins,
): Transport {
  const pinned = unverifiedTransport(checked, context, tls, (certificate, { hostname, origin }) => {
    expectPinned(pins, certificate);
    expectGood(certificate, hostname, context.clock.now());
    pins.origins.add(origin);
  });
  return {
    request: async (method, url, options) => {
      const repeat = () => pinned.request(method, url, options);
      if (pins.origins.has(new URL(url).origin)) return await repeat();
      try {
        return await checked.request(method, url, options);
      } catch (error) {
        if (!url.startsWith("https:") || !isLasting(error)) throw error;
        return await repeat().catch((other) => {
          throw isUnreached(other) ? error : other;
        });
      }
    },
    [Symbol.dispose]: () => checked[Symbol.dispose](),
  };
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

/** OpenSSL's checks of a trusted certificate. @throws {ToolError} `source_unavailable`. */
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
