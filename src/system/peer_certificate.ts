/**
 * The server's certificate from `node:tls`, which Deno 2.5 and 2.9 format differently.
 *
 * @module
 */
import type { PeerCertificate } from "@/connection.ts";

/** The part of `TLSSocket.getPeerCertificate()` that is read. */
export interface NodeCertificate {
  /** The certificate, DER. */
  readonly raw: Uint8Array;
  /** Its subject. */
  readonly subject?: { readonly CN?: string | readonly string[] } | undefined;
  /** `DNS:glance, IP Address:192.0.2.1`; Deno 2.5 formats the address in hex. */
  readonly subjectaltname?: string | undefined;
  /** `Nov 29 18:24:32 2026 GMT`. */
  readonly valid_from: string;
  /** The same form. */
  readonly valid_to: string;
}

/** A certificate without a subjectAltName is valid for its common name (RFC 2818 §3.1). */
export function readPeerCertificate(certificate: NodeCertificate): PeerCertificate {
  const { raw, subject, subjectaltname, valid_from, valid_to } = certificate;
  const names = (subjectaltname ?? "").split(/, */).flatMap(hostOf);
  const common = [subject?.CN ?? []].flat();
  return {
    der: raw,
    names: subjectaltname ? names : common,
    validFrom: Date.parse(valid_from),
    validUntil: Date.parse(valid_to),
  };
}

function hostOf(entry: string): readonly string[] {
  const [, kind, value = ""] = /^(DNS|IP Address):(.+)$/.exec(entry) ?? [];
  if (kind === undefined) return [];
  return [kind === "DNS" ? value : addressOf(value)];
}

function addressOf(text: string): string {
  if (/^[0-9A-F]{8}$/i.test(text)) {
    return (text.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join(".");
  }
  return /^[0-9A-F]{32}$/i.test(text) ? (text.match(/.{4}/g) ?? []).join(":") : text;
}
