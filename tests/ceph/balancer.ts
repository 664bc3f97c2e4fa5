/**
 * A load balancer in front of a service, which can lose the service.
 *
 * @module
 */

/** It answers 503 while it has lost the service. Disposing it ends it. */
export class Balancer implements AsyncDisposable {
  /** Whether the service is lost. */
  isBroken = false;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** Listens on a free port. @param service Base URL of the service. */
  constructor(service: string) {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, async (request) => {
      if (this.isBroken) return new Response("No server is available\n", { status: 503 });
      const { pathname, search } = new URL(request.url);
      const { body, headers, method } = request;
      return await fetch(`${service}${pathname}${search}`, { body, headers, method });
    });
  }

  /** Base URL to use in place of the service's. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
