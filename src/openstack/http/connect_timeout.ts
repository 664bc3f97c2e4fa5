/**
 * Fails early for a host that does not answer at all. `fetch` has one time-out, which must be long
 * enough for a busy service; a dead host should not take as long.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { addressOf, dial, type DialContext } from "@/openstack/http/dial.ts";
import { connectionFailure, labelOf } from "@/openstack/http/failure.ts";
import type { Transport } from "@/openstack/http/transport.ts";
import { shownUrl } from "@/shown_url.ts";
import { waitFor } from "@/wait_for.ts";

/** The parts of the context that it uses. */
export type ReachContext = DialContext & Pick<Context, "reach">;

/**
 * Wraps a transport so that the first request to each server waits at most `timeoutMs` for a
 * connection.
 *
 * @param proxy All requests go there: it is the server, and may know names that this host does not.
 */
export function withConnectTimeout(
  transport: Transport,
  context: ReachContext,
  timeoutMs: number,
  proxy?: string,
): Transport {
  const known = new Set<string>();
  return {
    request: async (method, url, options) => {
      const server = proxy ?? new URL(url).origin;
      if (!known.has(server)) {
        const via = proxy === undefined ? "" : ` through proxy '${shownUrl(proxy)}'`;
        const action = `${method} '${labelOf(url)}'${via}`;
        await expectReachable(context, action, server, { signal: options.signal, timeoutMs });
        known.add(server);
      }
      return await transport.request(method, url, options);
    },
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

async function expectReachable(
  context: ReachContext,
  action: string,
  server: string,
  bound: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> {
  const deadline = {
    ...bound,
    action: `connect to '${shownUrl(server)}'`,
    setting: "[glance_direct]connect_timeout",
  };
  try {
    await withDeadline(
      context.clock,
      deadline,
      (signal) => waitFor(dial(context, addressOf(server), signal, context.reach), signal),
    );
  } catch (error) {
    if (bound.signal.aborted || error instanceof ToolError) throw error;
    throw connectionFailure(action, error);
  }
}
