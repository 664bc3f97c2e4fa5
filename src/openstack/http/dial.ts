/**
 * Connects to a host that has several addresses: they take part one after the other, and the first
 * that answers wins (RFC 8305). `Deno.connect` of Deno 2.5 tries one address only.
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Address } from "@/connection.ts";
import type { Context } from "@/context.ts";
import { messageOf, throwIfAborted } from "@/errors.ts";
import { waitFor } from "@/wait_for.ts";

/** The parts of the context that it uses. */
export type DialContext = Pick<Context, "clock" | "resolve">;

/** What a connection is closed with; nothing where it carries nothing. */
export type Connection = Disposable | void;

/** Milliseconds that an address has for itself before the next one takes part (RFC 8305 §5). */
const HEAD_START = 250;

/**
 * What `connect` gives for the first address of a host that answers; the others are closed.
 *
 * @param connect Connects to one address; the signal ends it.
 * @throws {Error} If no address answers: what says most of why. Else the signal's reason.
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
    throwIfAborted(signal);
    throw error instanceof AggregateError ? mostTelling(error.errors, hostname) : error;
  } finally {
    over.abort();
    for (const one of tried) one.then((other) => other !== won && close(other), () => {});
  }
}

/** Where the server of a URL listens. */
export function addressOf(url: string | URL): Address {
  const { hostname, port, protocol } = new URL(url);
  const usual = protocol === "https:" ? 443 : 80;
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || usual) };
}

/** Whether somebody answered before the next address takes part: in its time, or when all failed. */
async function isDecided(answer: Promise<unknown>, headStart: Promise<void>): Promise<boolean> {
  const answered = answer.then(() => true, () => false);
  return await Promise.race([answered, headStart.then(() => false)]);
}

/** An address of a network that this host is not in (IPv6, mostly) says nothing of the service. */
function mostTelling(errors: readonly unknown[], hostname: string): unknown {
  const isFar = (error: unknown) => /unreachable|EHOSTUNREACH|ENETUNREACH/.test(messageOf(error));
  return errors.find((error) => !isFar(error)) ?? errors[0] ??
    new Error(`getaddrinfo ENOTFOUND ${hostname}`);
}

function close(connection: Connection): void {
  connection?.[Symbol.dispose]();
}
