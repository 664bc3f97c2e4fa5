/**
 * A relay on loopback in front of a real HTTP service. It cuts answers off, delays them or forwards
 * a few bytes at a time, as networks and load balancers do. The bytes are the service's own.
 *
 * @module
 */
import { placeOf, type TransferFault } from "../embedded/fault.ts";

/** A relay for connections of one request each. Disposing it closes open ones. */
export class Relay implements AsyncDisposable {
  readonly #target: Deno.ConnectOptions;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #faults = new Map<string, TransferFault>();
  readonly #reached = Promise.withResolvers<void>();
  readonly #connections = new Set<Promise<void>>();
  readonly #open = new Set<Deno.Conn>();
  readonly #accepting: Promise<void>;

  /** Listens on a free port. @param service URL of the service. */
  constructor(service: string) {
    const { hostname, port } = new URL(service);
    this.#target = { hostname, port: Number(port) };
    this.#accepting = this.#accept();
  }

  /** Base URL to use instead of the service's. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Makes the answers to a path fail from now on, or removes the fault. */
  setFault(path: string, fault: TransferFault | undefined): void {
    if (fault === undefined) this.#faults.delete(path);
    else this.#faults.set(path, fault);
  }

  /** Resolves as soon as a request has been forwarded to the service. */
  async reached(): Promise<void> {
    await this.#reached.promise;
  }

  /** Resolves when the clients have closed every connection. */
  async idle(): Promise<void> {
    await Promise.all(this.#connections);
  }

  /** Stops listening and closes open connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) closed(connection);
    await this.#accepting;
    await this.idle();
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const serving = this.#serve(client).catch(() => {}).finally(() => {
        this.#connections.delete(serving);
      });
      this.#connections.add(serving);
    }
  }

  async #serve(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect(this.#target);
    const both = [client, server];
    for (const one of both) this.#open.add(one);
    client.setNoDelay(true);
    try {
      const request = await readHead(client);
      await writeAll(server, request.bytes);
      this.#reached.resolve();
      await answer(client, server, this.#faults.get(pathOf(request.text)));
    } finally {
      for (const one of both) {
        this.#open.delete(one);
        closed(one);
      }
    }
  }
}

/** Forwards the answer, up to the place of the fault. */
async function answer(
  client: Deno.Conn,
  server: Deno.Conn,
  fault: TransferFault | undefined,
): Promise<void> {
  const { bytes, text, headLength } = await readHead(server);
  if (fault?.kind === "silent") return await untilClosed(client);
  const isLimited = fault?.kind === "cut" || fault?.kind === "hang";
  const limit = headLength + (isLimited ? placeOf(fault.after, lengthOf(text)) : Infinity);
  const piece = fault?.kind === "trickle" ? fault.piece : 1 << 16;
  let sent = 0;
  for (let next: Uint8Array | null = bytes; next !== null; next = await readSome(server)) {
    const allowed = next.subarray(0, limit - sent);
    await writeAll(client, allowed, piece);
    sent += allowed.length;
    if (sent < limit) continue;
    if (fault?.kind === "hang") await untilClosed(client);
    return;
  }
}

/** Bytes up to the end of an HTTP header, and the bytes received after it. */
async function readHead(connection: Deno.Conn) {
  let bytes = new Uint8Array();
  for (;;) {
    const next = await readSome(connection);
    if (next === null) throw new Error("The connection ends within the header");
    const joined = new Uint8Array(bytes.length + next.length);
    joined.set(bytes);
    joined.set(next, bytes.length);
    bytes = joined;
    const text = new TextDecoder("latin1").decode(bytes);
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return { bytes, text: text.slice(0, end), headLength: end + 4 };
  }
}

async function readSome(connection: Deno.Conn): Promise<Uint8Array<ArrayBuffer> | null> {
  const buffer = new Uint8Array(1 << 16);
  const length = await connection.read(buffer);
  return length === null ? null : buffer.subarray(0, length);
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array, piece = bytes.length): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await to.write(bytes.subarray(done, done + piece));
  }
}

/** Waits until the client closes the connection. */
async function untilClosed(client: Deno.Conn): Promise<void> {
  while (await readSome(client) !== null);
}

function pathOf(request: string): string {
  return request.split(" ")[1]?.split("?")[0] ?? "";
}

function lengthOf(head: string): number {
  return Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
}

function closed(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
