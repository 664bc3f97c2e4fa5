/**
 * The addresses of a host name, as the host's own resolver orders them (`/etc/hosts`, DNS).
 *
 * @module
 */
import { lookup } from "node:dns/promises";

/**
 * All addresses of a name; for an address, the address itself.
 *
 * @throws {Error} If there is none, with a text that `connectionFailure` recognizes.
 */
export async function resolve(hostname: string): Promise<readonly string[]> {
  if (isAddress(hostname)) return [hostname];
  const found = await lookup(hostname, { all: true, verbatim: true });
  return [...new Set(found.map(({ address }) => address))];
}

/** Whether a host is an address, which needs no resolver. */
export function isAddress(hostname: string): boolean {
  return hostname.includes(":") || /^[\d.]+$/.test(hostname);
}
