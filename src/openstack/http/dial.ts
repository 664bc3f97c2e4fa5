/**
 * Connects to a host with several addresses: they are tried with a delay, and the first that
 * answers wins (RFC 8305). `Deno.connect` of Deno 2.5 tries only one address.
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Address } from "@/connection.ts";
import type { Context } from "@/context.ts";
import { messageOf } from "@/errors.ts";
import { waitFor } from "@/wait_for.ts";

/** The parts of the context that it uses. */
export type DialContext = Pick<Context, "clock" | "resolve">;

/** How to close a connection; absent if there is nothing to close. */
export type Connection = Disposable | void;

/** Milliseconds before the next address is tried as well (RFC 8305 §5). */
const HEAD_START = 250;

/**
 * The result of `connect` for the first address of a host that answers; the other connections are
 * closed.
 *
 * @param connect Connects to one address; the signal ends it.
 * @throws {Error} If no address answers: the most informative error. Else the signal's reason.
 */
export async function dial<T extends Connection>(
  context: DialContext,
  { hostname, port }: Address,
  signal: AbortSignal,
  connect: (address: Address, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const addresses = await waitFor(context.resolve(hostname), signal);
  const over = new AbortController();
  const ending = anySignal(signal, over.signal);
  const tried: Promise<T>[] = [];
  let won: T | undefined;
  try {
    for (const address of addresses) {
      tried.push(connect({ hostname: address, port }, ending));
      if (tried.length === addresses.length) break;
      if (await isDecided(Promise.any(tried), context.clock.sleep(HEAD_START, ending))) break;
    }
    return won = await Promise.any(tried);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof AggregateError ? mostTelling(error.errors, hostname) : error;
  } finally {
    over.abort();
    for (const one of tried) one.then((other) => other !== won && close(other), () => {});
  }
}

/** The address and port of the server of a URL. */
export function addressOf(url: string | URL): Address {
  const { hostname, port, protocol } = new URL(url);
  const usual = protocol === "https:" ? 443 : 80;
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || usual) };
}

/** Whether an address has answered, before its time was up or all had failed. */
async function isDecided(answer: Promise<unknown>, headStart: Promise<void>): Promise<boolean> {
  const answered = answer.then(() => true, () => false);
  return await Promise.race([answered, headStart.then(() => false)]);
}

/** An address outside this host's networks (usually IPv6) says nothing about the service. */
function mostTelling(errors: readonly unknown[], hostname: string): unknown {
  const isFar = (error: unknown) => /unreachable|EHOSTUNREACH|ENETUNREACH/.test(messageOf(error));
  return errors.find((error) => !isFar(error)) ?? errors[0] ??
    new Error(`getaddrinfo ENOTFOUND ${hostname}`);
}

function close(connection: Connection): void {
  connection?.[Symbol.dispose]();
}
