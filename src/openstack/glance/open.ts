/**
 * Opens a client of a Glance that was found. The thread of a transfer does so, too: this file has
 * no access to configuration files or passwords.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { type GlanceClient, glanceClient, type LocationFinder } from "@/openstack/glance/client.ts";
import { Endpoints } from "@/openstack/glance/endpoint.ts";
import { type OpenContext, openPlanned, type TransportPlan } from "@/openstack/http/open.ts";
import type { ServiceLimits } from "@/openstack/keystone/service_requests.ts";
import type { AuthSession } from "@/openstack/keystone/session.ts";

/** How to reach Glance: plain values, so that another thread can open its own client. */
export interface GlanceAccess extends ServiceLimits {
  /** Base URLs in the order of use. */
  readonly endpoints: readonly string[];
  /** How requests are sent. */
  readonly transport: TransportPlan;
}

/**
 * A client of a Glance that was found.
 *
 * @param locator Finds locations that these credentials cannot read.
 * @throws {ToolError} `config_invalid`, if a certificate, a key or the proxy cannot be used.
 */
export function openGlance(
  context: Omit<OpenContext, "files"> & Pick<Context, "random">,
  access: GlanceAccess,
  session: AuthSession,
  locator?: LocationFinder,
): GlanceClient {
  const { endpoints, transport, ...settings } = access;
  return glanceClient({
    ...settings,
    context,
    session,
    locator,
    endpoints: new Endpoints(endpoints, "already checked"),
    transport: openPlanned(context, transport),
  });
}
