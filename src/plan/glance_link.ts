/**
 * How the thread of a transfer reaches Glance.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { GlanceAccess } from "@/openstack/glance/open.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { addressOf } from "@/openstack/http/dial.ts";
import type { AuthHeaders } from "@/openstack/keystone/session.ts";
import { waitFor } from "@/wait_for.ts";

/** How to reach Glance, with the proof of identity. Plain data. */
export interface GlanceLink {
  /** How to connect to it. */
  readonly access: GlanceAccess;
  /** The addresses of the host names of its servers: the thread may not use a resolver. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Where the credentials come from, for messages. */
  readonly origin: string;
  /** The proof; the thread asks for another one when Glance refuses it. */
  readonly headers: AuthHeaders;
}

/** What is needed to make a link. */
export type GlanceLinkParts = {
  readonly context: Pick<Context, "clock" | "resolve">;
  readonly config: Config;
  readonly access: GlanceAccess;
  readonly client: Pick<GlanceClient, "endpoints" | "session">;
};

/** The link of this host. @throws {ToolError} What the session throws. */
export async function glanceLink(
  { access, client: { endpoints, session }, config, context }: GlanceLinkParts,
  signal: AbortSignal,
): Promise<GlanceLink> {
  const headers = await session.headers(signal);
  // A proxy may resolve names that this host cannot.
  const direct = access.transport.proxy === undefined ? endpoints : [];
  const bound = config.get("glance_direct.connect_timeout");
  const addresses = await addressesOf(context, direct, bound, signal);
  return { access: { ...access, endpoints }, addresses, origin: session.origin, headers };
}

/** A name that cannot be resolved now is reported when connecting. */
async function addressesOf(
  { clock, resolve }: Pick<Context, "clock" | "resolve">,
  urls: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<GlanceLink["addresses"]> {
  const names = [...new Set(urls.map((url) => addressOf(url).hostname))];
  const found = await Promise.all(names.map(async (name) => {
    const bound = { action: `resolve '${name}'`, timeoutMs, signal };
    const work = (ending: AbortSignal) => waitFor(resolve(name), ending);
    const addresses = await withDeadline(clock, bound, work).catch(() => [name]);
    return [name, addresses] as const;
  }));
  signal.throwIfAborted();
  return Object.fromEntries(found);
}
