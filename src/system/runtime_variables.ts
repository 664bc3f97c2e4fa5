/**
 * Environment variables that would change the proxy and the trusted authorities of the runtime. On
 * a service they are usually meant for other programs; here only the configuration decides.
 *
 * @module
 */
import { HOST_BUNDLES } from "@/connection.ts";

/**
 * Proxies (ext/fetch, `Proxies::from_env`): every request, including the token, would go to their
 * proxy, bypassing `--allow-net`. `NO_PROXY` does not undo this.
 */
export const PROXY_VARIABLES = [
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
] as const;

/** Authorities (`get_root_cert_store`): trusted besides the configured ones, or an error. */
export const TRUST_VARIABLES = [
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
] as const;

/** A list of stores without any: a client then trusts only the authorities that it is given. */
const NO_STORE = ",";
/** The runtime's own authorities, for a host without any. */
const MOZILLA = "mozilla";

/**
 * Removes these variables from this process, and with them the runtime's own authorities; call it
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
