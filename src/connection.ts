/**
 * Connections below HTTP, as the outside world offers them.
 *
 * @module
 */

/** Where somebody may listen. */
export interface Address {
  /** Name or address of the host. */
  readonly hostname: string;
  /** TCP port. */
  readonly port: number;
}

/** Certificate and key to show to a server, both PEM. */
export interface TlsIdentity {
  /** The certificate, and those between it and its authority. */
  readonly cert: string;
  /** Its key, not encrypted. */
  readonly key: string;
}

/** What `Context.connectUnverified` takes beside the URL. */
export interface ConnectOptions {
  /** Where to connect: one address of the URL's host, and its port. */
  readonly address: Address;
  /** Who we are. */
  readonly identity: TlsIdentity | undefined;
  /** Ends the attempt to connect. */
  readonly signal: AbortSignal;
}

/** Bytes of a connection, both ways. Disposing it closes the connection. */
export interface ByteChannel extends Disposable {
  /** The next bytes, or `null` at the end. @throws {Error} What broke the connection. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Sends text. */
  write(text: string): void;
}
