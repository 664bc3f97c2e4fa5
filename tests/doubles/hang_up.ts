/**
 * A relay in front of a server that closes the first connections on which it is asked something, as
 * a service does that has just been started, or a load balancer whose member goes away.
 *
 * @module
 */

/** The relay. Disposing it stops it. */
export class HangUp implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<void>;
  readonly #port: number;
  #left: number;

  /**
   * Listens on a free port.
   *
   * @param server URL of the server, on loopback.
   * @param times How many requests get no answer.
   */
  constructor(server: string, times: number) {
    this.#port = Number(new URL(server).port);
    this.#left = times;
    this.#serving = this.#serve();
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    for await (const client of this.#listener) {
      const buffer = new Uint8Array(1 << 16);
      const length = await client.read(buffer);
      // Whoever only looks whether somebody listens asks nothing.
      if (length === null || this.#left-- > 0) client.close();
      else await this.#forward(client, buffer.subarray(0, length));
    }
  }

  async #forward(client: Deno.TcpConn, first: Uint8Array): Promise<void> {
    const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
    await server.write(first);
    const sent = client.readable.pipeTo(server.writable).catch(() => {});
    await server.readable.pipeTo(client.writable).catch(() => {});
    await sent;
  }
}
