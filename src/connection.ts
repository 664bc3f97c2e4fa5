/**
 * Network connections below HTTP, as `Context` provides them.
 *
 * @module
 */

/** An address to connect to. */
export interface Address {
  /** Name or address of the host. */
  readonly hostname: string;
  /** TCP port. */
  readonly port: number;
}

/** Where distributions keep the CA bundle of the host: Debian, Red Hat, SUSE, Alpine. */
export const HOST_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
] as const;

/** Certificate and key to show to a server, both PEM. */
export interface TlsIdentity {
  /** The certificate and its intermediates. */
  readonly cert: string;
  /** Its key, not encrypted. */
  readonly key: string;
}

/** What `Context.connectUnverified` takes in addition to the URL. */
export interface ConnectOptions {
  /** Where to connect: one address of the URL's host, and its port. */
  readonly address: Address;
  /** Who we are. */
  readonly identity: TlsIdentity | undefined;
  /** Ends the attempt to connect. */
  readonly signal: AbortSignal;
}

/** The certificate that a server presented, not verified yet. */
export interface PeerCertificate {
  /** The certificate, DER. */
  readonly der: Uint8Array;
  /** Host names and addresses that it is valid for. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
}

/** A connection, both ways. Disposing it closes the connection. */
export interface ByteChannel extends Disposable {
  /** The next bytes, or `null` at the end. @throws {Error} What broke the connection. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** What the server presented in the handshake. @throws {Error} What broke the connection. */
  certificate(): Promise<PeerCertificate>;
  /** Sends text. */
  write(text: string): void;
}
