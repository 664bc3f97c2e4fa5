/**
 * Checks whether an address accepts connections.
 *
 * @module
 */
import type { Address } from "@/connection.ts";

/**
 * Resolves as soon as a TCP connection is accepted, and closes it without sending data.
 *
 * @throws {Error} If there is no connection, with a text that `connectionFailure` recognizes.
 */
export async function reach(address: Address, signal: AbortSignal): Promise<void> {
  const conn = await Deno.connect({ ...address, signal });
  conn.close();
}
