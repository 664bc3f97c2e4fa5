/**
 * The addresses of a host name, as the host's own resolver orders them (`/etc/hosts`, DNS).
 *
 * @module
 */
import { lookup } from "node:dns/promises";

/**
 * All addresses of a name; an address is its own.
 *
 * @throws {Error} If there is none, with the text that `connectionFailure` knows.
 */
export async function resolve(hostname: string): Promise<readonly string[]> {
  if (isAddress(hostname)) return [hostname];
  const found = await lookup(hostname, { all: true, verbatim: true });
  return [...new Set(found.map(({ address }) => address))];
}

/** Whether a host is named by its address, so that nobody need be asked for it. */
export function isAddress(hostname: string): boolean {
  return hostname.includes(":") || /^[\d.]+$/.test(hostname);
}
