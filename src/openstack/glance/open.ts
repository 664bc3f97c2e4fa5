/**
 * Opens a client of a Glance that was found. A transfer's thread does so, too: nothing here knows of
 * configuration files or of passwords.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { type GlanceClient, glanceClient } from "@/openstack/glance/client.ts";
import type { LocationFinder } from "@/openstack/glance/requests.ts";
import { Endpoints } from "@/openstack/glance/endpoint.ts";
import { type OpenContext, openPlanned, type TransportPlan } from "@/openstack/http/open.ts";
import type { AuthSession } from "@/openstack/keystone/session.ts";

/** How Glance is reached: plain values, so that another thread can open a client of its own. */
export interface GlanceAccess {
  /** Base URLs in the order of use. */
  readonly endpoints: readonly string[];
  /** How requests are sent. */
  readonly transport: TransportPlan;
  /** Tries after the first one, for metadata. */
  readonly retries: number;
  /** Statuses that are worth another try beside the usual ones. */
  readonly retriable?: readonly number[];
  /** Bound for each answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Sent as `X-OpenStack-Request-ID`. */
  readonly requestId: string | undefined;
}

/**
 * A client of a Glance that was found.
 *
 * @param locator Finds locations that these credentials are not told.
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
