/**
 * Variables of the environment by which the runtime would decide whom requests go to and whom they
 * trust. Those of a service are mostly meant for other programs; here the configuration decides alone.
 *
 * @module
 */
import { HOST_BUNDLES } from "@/connection.ts";

/**
 * Proxies (ext/fetch, `Proxies::from_env`): every request, token included, would go to the proxy they
 * name, past `--allow-net`. `NO_PROXY` takes nothing back.
 */
export const PROXY_VARIABLES = [
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
] as const;

/** Authorities (`get_root_cert_store`): trusted beside the configured ones, or an error if unreadable. */
export const TRUST_VARIABLES = [
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
] as const;

/** A list of stores that holds none: what a client is given is then all that it trusts. */
const NO_STORE = ",";
/** What the runtime brings along, for a host without authorities of its own. */
const MOZILLA = "mozilla";

/**
 * Takes these variables from this process, and the runtime's own authorities with them; to be called
 * before the first request, when Deno reads them.
 */
export function ignoreRuntimeVariables(): void {
  for (const name of [...PROXY_VARIABLES, ...TRUST_VARIABLES]) Deno.env.delete(name);
  Deno.env.set("DENO_TLS_CA_STORE", HOST_BUNDLES.some(isThere) ? NO_STORE : MOZILLA);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
