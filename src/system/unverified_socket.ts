/**
 * A TLS connection whose certificate the runtime does not verify, for `insecure` and for pinned
 * certificates. Deno's `fetch` has no such option, and Deno's `node:https` reads ahead without
 * limit, so a slow disk would fill the memory. Here about a megabyte waits.
 *
 * @module
 */
import { connect, type TLSSocket } from "node:tls";
import type { ByteChannel, ConnectOptions, PeerCertificate } from "@/connection.ts";
import { readPeerCertificate } from "@/system/peer_certificate.ts";
import { isAddress } from "@/system/resolve.ts";
import { type Gate, type Relay, throttledRelay } from "@/system/throttled_relay.ts";

/**
 * Whether the handshake proves that a server holds the key of its certificate, even if the
 * certificate is not verified. Deno 2.5 skips this proof: any server can present any certificate.
 */
export const PROVES_KEYS: boolean = isAtLeast(Deno.version.deno, [2, 9, 6]);

/**
 * An authority that has signed nothing, and whose key was discarded: without a known authority,
 * Deno 2.9 fails before it skips the verification.
 */
const NOBODY = `-----BEGIN CERTIFICATE-----
MIIBeDCCAR+gAwIBAgIUZP3ajALUiPUfAB747R6Hxbn45ccwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyOTE4NDU1N1oYDzIxMjYxMTA1MTg0
NTU3WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARVm3ivBU/oZ4/xKx0v7HYD5B0TaxAiR+d4AMrwkQyDBkm4UYS9xLWxkOfXzWt/
podTQOkN8uqWiB06r5SGm3gGo1MwUTAdBgNVHQ4EFgQU7OHg/3wLh4tsO5cXh4Qi
UPKICHgwHwYDVR0jBBgwFoAU7OHg/3wLh4tsO5cXh4QiUPKICHgwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBAEJclXW0FMlGIQ8RhABsVMYooFZoP
M2JbLM0I+eGvDgIgZA2yAGjOECWhIKM/WhpPZmafSB513/Mgat872qh2pEw=
-----END CERTIFICATE-----
`;

/** Maximum bytes that wait to be read (1 MiB). */
const WINDOW = 1 << 20;
/** Maximum ciphertext without any plain text: more than a handshake (256 KiB). */
const SILENCE = 1 << 18;

/**
 * Connects without verifying the server's certificate.
 *
 * @throws {Error} If there is no connection, with a text that `connectionFailure` recognizes.
 */
export async function connectUnverified(
  url: URL,
  { address, identity, signal }: ConnectOptions,
): Promise<ByteChannel> {
  signal.throwIfAborted();
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const room = new Room();
  const relay = await throttledRelay(address, room, signal);
  const socket = connect({
    ...identity,
    ...(isAddress(hostname) ? {} : { servername: hostname }),
    host: "127.0.0.1",
    port: relay.port,
    rejectUnauthorized: false,
    ca: NOBODY,
  });
  return new Channel(socket, relay, room);
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split(".").map((part) => Number.parseInt(part));
  const at = least.findIndex((part, index) => part !== parts[index]);
  return at < 0 || (parts[at] ?? 0) > (least[at] ?? 0);
}

/** Forwards ciphertext while there is room for its plain text. */
class Room implements Gate {
  #waiting = 0;
  #silent = 0;
  #changed = Promise.withResolvers<void>();

  async pass(): Promise<void> {
    while (this.#waiting >= WINDOW || this.#silent >= SILENCE) await this.#changed.promise;
  }

  came(ciphertext: number): void {
    this.#silent += ciphertext;
  }

  queued(bytes: number): void {
    this.#silent = 0;
    this.#waiting += bytes;
    this.#notify();
  }

  taken(bytes: number): void {
    this.#waiting -= bytes;
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

class Channel implements ByteChannel {
  readonly #socket: TLSSocket;
  readonly #relay: Relay;
  readonly #room: Room;
  readonly #queue: Uint8Array<ArrayBuffer>[] = [];
  #changed = Promise.withResolvers<void>();
  readonly #handshake = Promise.withResolvers<void>();
  #error: Error | undefined;
  #ended = false;

  constructor(socket: TLSSocket, relay: Relay, room: Room) {
    this.#socket = socket;
    this.#relay = relay;
    this.#room = room;
    // Possibly nobody waits for the certificate when the connection breaks.
    this.#handshake.promise.catch(() => {});
    socket.on("secureConnect", () => this.#handshake.resolve());
    socket.on("data", (bytes: Uint8Array<ArrayBuffer>) => this.#take(bytes));
    socket.on("error", (error: Error) => this.#end(error));
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#queue.length === 0 && !this.#ended) await this.#changed.promise;
    const bytes = this.#queue.shift();
    if (bytes !== undefined) {
      this.#room.taken(bytes.length);
      return bytes;
    }
    if (this.#error !== undefined) throw this.#error;
    return null;
  }

  async certificate(): Promise<PeerCertificate> {
    if (!PROVES_KEYS) throw new Error("this runtime does not check that the server has the key");
    await this.#handshake.promise;
    return readPeerCertificate(this.#socket.getPeerCertificate());
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
    this.#relay[Symbol.dispose]();
    this.#end();
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    this.#queue.push(bytes);
    this.#room.queued(bytes.length);
    this.#notify();
  }

  #end(error?: Error): void {
    this.#error ??= error;
    this.#ended = true;
    this.#handshake.reject(this.#error ?? new Error("connection closed before the handshake"));
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
