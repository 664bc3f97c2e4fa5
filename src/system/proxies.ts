/**
 * Proxy variables of the environment: Deno's `fetch` would send every request, token included, to
 * the proxy they name, past `--allow-net`. nova-compute's own are meant for other programs.
 *
 * @module
 */

/** The variables that Deno reads (ext/fetch, `Proxies::from_env`); `NO_PROXY` takes nothing back. */
export const PROXY_VARIABLES = [
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
] as const;

/** Removes the proxy variables from this process; to be called before the first request. */
export function forgetProxies(): void {
  for (const name of PROXY_VARIABLES) Deno.env.delete(name);
}
