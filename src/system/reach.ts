/**
 * Whether somebody listens at an address.
 *
 * @module
 */
import type { Address } from "@/connection.ts";

/**
 * Resolves as soon as a TCP connection is accepted; it carries nothing and is closed again.
 *
 * @throws {Error} If there is no connection, with the text that `connectionFailure` knows.
 */
export async function reach(address: Address, signal: AbortSignal): Promise<void> {
  const conn = await Deno.connect({ ...address, signal });
  conn.close();
}
