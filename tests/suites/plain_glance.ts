/**
 * The sources of a Glance without Keystone, for the suite of sources on either lab.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { type GlanceClient, glanceClient } from "@/openstack/glance/client.ts";
import { Endpoints } from "@/openstack/glance/endpoint.ts";
import { fetchTransport } from "@/openstack/http/transport.ts";
import { fixedSession } from "@/openstack/keystone/session.ts";
import { GlanceSource } from "@/sources/glance.ts";
import type { Source } from "@/sources/source.ts";

/**
 * A client that does not retry, and its sources by image.
 *
 * @param timeoutMs Bound of every answer.
 */
export function plainGlance(
  context: Pick<Context, "clock" | "fetch" | "log" | "random">,
  url: string,
  timeoutMs: number,
): { readonly client: GlanceClient; readonly source: (id: string) => Source } {
  const http = Deno.createHttpClient({ poolMaxIdlePerHost: 0, http2: false });
  const client = glanceClient({
    context,
    transport: fetchTransport(context, http),
    session: fixedSession("none", {}),
    endpoints: new Endpoints([url], "the test"),
    retries: 0,
    timeoutMs,
  });
  return {
    client,
    source: (id) => new GlanceSource({ client, clock: context.clock, id, timeoutMs, prefer: [] }),
  };
}
