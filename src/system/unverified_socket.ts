/**
 * A TLS connection whose certificate nobody checks, for `insecure`. Deno's `fetch` has no such
 * switch, and Deno's `node:https` reads ahead without bound: a slow disk would fill the memory. Here
 * about a megabyte waits.
 *
 * @module
 */
import { connect, type TLSSocket } from "node:tls";
import type { ByteChannel, ConnectOptions } from "@/connection.ts";
import { isAddress } from "@/system/resolve.ts";
import { type Gate, type Relay, throttledRelay } from "@/system/throttled_relay.ts";

/** Bytes that may wait to be read (1 MiB). */
const WINDOW = 1 << 20;
/** Ciphertext that may come without giving a byte of plain text: more than a handshake (256 KiB). */
const SILENCE = 1 << 18;

/**
 * Connects without checking who answers.
 *
 * @throws {Error} If there is no connection, with the text that `connectionFailure` knows.
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
  });
  return new Channel(socket, relay, room);
}

/** Lets ciphertext in while there is room for what it will become. */
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
  #error: Error | undefined;
  #ended = false;

  constructor(socket: TLSSocket, relay: Relay, room: Room) {
    this.#socket = socket;
    this.#relay = relay;
    this.#room = room;
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
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
