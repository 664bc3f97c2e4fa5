/**
 * The addresses of a host name, as the host's own resolver orders them (`/etc/hosts`, DNS).
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import process from "node:process";

// Deno 2.5 announces on standard error, at the first name, that its own lookup uses a module which
// Node has deprecated (DEP0040). Nobody who runs this program can change that.
Object.assign(process, { noDeprecation: true });

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
