/**
 * TLS in front of a service of the lab, as at a load balancer: a private authority, and a required
 * client certificate.
 *
 * @module
 */

/** A running front. Disposing it ends it. */
export interface TlsFront extends AsyncDisposable {
  /** Base URL. */
  readonly url: string;
}

/**
 * Starts a front.
 *
 * @param pair PEM file with the server's certificate and key.
 * @param authority PEM file of whoever signs the client's certificate.
 * @param service URL of the service behind.
 */
export async function tlsFront(
  pair: string,
  authority: string,
  service: string,
): Promise<TlsFront> {
  const script = new URL("tls_front.py", import.meta.url).pathname;
  const { hostname, port } = new URL(service);
  const child = new Deno.Command("/usr/bin/python3", {
    args: [script, pair, authority, hostname, port],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  return {
    url: `https://localhost:${new TextDecoder().decode(value).trim()}`,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await reader.cancel();
      await child.status;
    },
  };
}
