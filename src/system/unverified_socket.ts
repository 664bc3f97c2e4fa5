/**
 * A TLS connection whose certificate nobody checks, for `insecure`. Deno's `fetch` has no such
 * switch, and Deno's `node:https` reads ahead without bound: a slow disk would fill the memory. Here
 * about a megabyte waits; Deno 2.5, which cannot be slowed down, breaks off at 64.
 *
 * @module
 */
import { Duplex } from "node:stream";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { ByteChannel, ConnectOptions } from "@/context.ts";

/** Bytes that may wait to be read (1 MiB). */
const WINDOW = 1 << 20;
/** Bytes after which a connection is given up that cannot be slowed down (64 MiB). */
const OVERFLOW = 1 << 26;
/** Ciphertext that may come without giving a byte of plain text: more than a handshake (256 KiB). */
const SILENCE = 1 << 18;

/**
 * Connects without checking who answers.
 *
 * @throws {Error} If there is no connection, with the text that `connectionFailure` knows.
 */
export async function connectUnverified(
  url: URL,
  { identity, signal }: ConnectOptions,
): Promise<ByteChannel> {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || 443);
  signal.throwIfAborted();
  const options: ConnectionOptions = {
    ...identity,
    rejectUnauthorized: false,
    ...(isAddress(hostname) ? {} : { servername: hostname }),
  };
  // Deno 2.5 sometimes spins for ever under a duplex, and under pause() as well.
  if (Deno.version.deno.startsWith("2.5.")) {
    return new Channel(connect({ ...options, host: hostname, port }), new Gate());
  }
  const gate = new Gate();
  const conn = await Deno.connect({ hostname, port, signal });
  return new Channel(connect({ ...options, socket: gated(conn, gate) as never }), gate);
}

function isAddress(hostname: string): boolean {
  return hostname.includes(":") || /^[\d.]+$/.test(hostname);
}

/** Lets ciphertext in while there is room for what it will become. */
class Gate {
  #waiting = 0;
  #silent = 0;
  #opened = Promise.withResolvers<void>();

  /** Whether more waits than ever should. */
  get overflows(): boolean {
    return this.#waiting > OVERFLOW;
  }

  async pass(): Promise<void> {
    while (this.#waiting >= WINDOW || this.#silent >= SILENCE) await this.#opened.promise;
  }

  came(ciphertext: number): void {
    this.#silent += ciphertext;
  }

  queued(bytes: number): void {
    this.#silent = 0;
    this.#waiting += bytes;
    this.#open();
  }

  taken(bytes: number): void {
    this.#waiting -= bytes;
    this.#open();
  }

  #open(): void {
    this.#opened.resolve();
    this.#opened = Promise.withResolvers<void>();
  }
}

function gated(conn: Deno.Conn, gate: Gate): Duplex {
  const duplex: Duplex = new Duplex({
    read: () => void pull(conn, gate).then((bytes) => duplex.push(bytes), (e) => duplex.destroy(e)),
    write: (bytes: Uint8Array, _encoding, done) => void send(conn, bytes).then(() => done(), done),
    destroy: (_error, done) => {
      conn.close();
      done(null);
    },
  });
  return duplex;
}

async function pull(conn: Deno.Conn, gate: Gate): Promise<Uint8Array | null> {
  await gate.pass();
  const buffer = new Uint8Array(1 << 16);
  const length = await conn.read(buffer);
  if (length === null) return null;
  gate.came(length);
  return buffer.subarray(0, length);
}

async function send(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

class Channel implements ByteChannel {
  readonly #socket: TLSSocket;
  readonly #gate: Gate;
  readonly #queue: Uint8Array<ArrayBuffer>[] = [];
  #changed = Promise.withResolvers<void>();
  #error: Error | undefined;
  #ended = false;

  constructor(socket: TLSSocket, gate: Gate) {
    this.#socket = socket;
    this.#gate = gate;
    socket.on("data", (bytes: Uint8Array<ArrayBuffer>) => this.#take(bytes));
    socket.on("error", (error: Error) => this.#end(error));
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#queue.length === 0 && !this.#ended) await this.#changed.promise;
    const bytes = this.#queue.shift();
    if (bytes === undefined) {
      if (this.#error !== undefined) throw this.#error;
      return null;
    }
    this.#gate.taken(bytes.length);
    return bytes;
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
    this.#end();
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    this.#queue.push(bytes);
    this.#gate.queued(bytes.length);
    if (this.#gate.overflows) this.#giveUp();
    this.#notify();
  }

  #giveUp(): void {
    this.#queue.length = 0;
    this.#socket.destroy();
    this.#end(new Error("the peer sends faster than can be written, and 'insecure' cannot wait"));
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
