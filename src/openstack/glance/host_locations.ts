/**
 * Reads the locations of an image with the host's own credentials: the user's token decides who may
 * see an image, but Glance's policy requires the role 'service' to read its locations, which no
 * user has. Only the Glance in nova.conf is asked, never one from a request, a flag or `OS_*`:
 * those may belong to another cloud, which must not get the host's token.
 *
 * @module
 */
import { EXIT_STATUS, expectedFailure, type ToolError } from "@/errors.ts";
import type { LocationFinder } from "@/openstack/glance/client.ts";
import { findGlance } from "@/openstack/glance/connect.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import { groupAccount, type SessionOptions } from "@/openstack/keystone/credentials.ts";
import { openAccount, type SessionContext } from "@/openstack/keystone/open_session.ts";

/** Groups of nova.conf that may have the host's own credentials; the first with them is used. */
const GROUPS = ["service_user", "keystone_authtoken"] as const;

/** The environment and the flags of nova-compute: it has none of these. */
const NOVAS = { env: { get: () => undefined, names: () => [] }, os: {} } as const;

/**
 * Requests locations with the credentials of `[service_user]`, else `[keystone_authtoken]`. Nothing
 * is opened or requested before the first image. Disposing it closes its connections.
 *
 * @param options Only nova.conf counts, not the identity from nova's hook, flags or the environment.
 * @param signal Ends every request.
 */
export function hostLocations(
  context: SessionContext,
  { config }: Pick<SessionOptions, "config">,
  signal: AbortSignal,
): LocationFinder & Disposable {
  const { env, os } = NOVAS;
  const host = { ...context, env };
  const resources = new DisposableStack();
  let opening: Promise<LocationFinder["find"] | undefined> | undefined;
  const open = async () => {
    const account = GROUPS.map((group) => groupAccount(config, group)).find(Boolean);
    if (account === undefined) return undefined;
    const opened = resources.use(openAccount(host, { config, os }, account, signal));
    const access = await findGlance(host, { config, os }, opened, signal);
    const client = resources.use(openGlance(host, access, opened.session));
    return async (record: ImageRecord, ending: AbortSignal) => {
      return await client.locations({ ...record, locations: [] }, ending);
    };
  };
  return {
    find: async (record, ending) => {
      try {
        const find = await (opening ??= open());
        return await find?.(record, ending) ?? [];
      } catch (caught) {
        const error = expectedFailure(caught, ending);
        if (isPassing(error)) opening = undefined;
        context.log("warning", `Cannot ask for locations as this host: ${error.message}`);
        return [];
      }
    },
    [Symbol.dispose]: () => resources.dispose(),
  };
}

/**
 * Whether the next image may find what this one did not. A refused password is not repeated:
 * Keystone may lock the account (`[security_compliance]lockout_failure_attempts`).
 */
function isPassing({ exitStatus }: ToolError): boolean {
  return exitStatus === EXIT_STATUS.source_unavailable || exitStatus === EXIT_STATUS.temporary;
}
