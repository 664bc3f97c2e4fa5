/**
 * A relay on loopback that forwards bytes only while there is room for them: the backpressure that
 * Deno's `node:tls` lacks, which reads ahead without limit. The data is encrypted.
 *
 * @module
 */

/** Decides when to forward more. */
export interface Gate {
  /** Resolves when there is room. */
  pass(): Promise<void>;
  /** Called with the number of forwarded bytes. */
  came(bytes: number): void;
}

/** A relay for one connection. Disposing it ends the connection. */
export interface Relay extends Disposable {
  /** Its address on 127.0.0.1, for one connection. */
  readonly port: number;
}

/** Connects to a server and waits for the client. @throws {Error} If there is no connection. */
export async function throttledRelay(
  address: { readonly hostname: string; readonly port: number },
  gate: Gate,
  signal: AbortSignal,
): Promise<Relay> {
  const server = await Deno.connect({ ...address, signal });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Disposable>([server, listener]);
  const close = () => {
    for (const one of open) one[Symbol.dispose]();
    open.clear();
  };
  join(server, listener, open, gate).catch(() => {}).finally(close);
  return { port: listener.addr.port, [Symbol.dispose]: close };
}

async function join(
  server: Deno.Conn,
  listener: Deno.Listener,
  open: Set<Disposable>,
  gate: Gate,
): Promise<void> {
  const client = await listener.accept();
  open.add(client);
  const answered = pump(server, client, gate).then(() => client.closeWrite());
  await Promise.all([pump(client, server), answered]);
}

async function pump(from: Deno.Conn, to: Deno.Conn, gate?: Gate): Promise<void> {
  const buffer = new Uint8Array(1 << 16);
  for (;;) {
    await gate?.pass();
    const length = await from.read(buffer);
    if (length === null) return;
    gate?.came(length);
    for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
  }
}
