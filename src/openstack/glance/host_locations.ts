/**
 * Where an image's data is, asked with the host's own credentials: who may see an image is the user's
 * right, where it lies is the host's (Glance's policy wants the role 'service' for it, which no user
 * has). Its own Glance is asked, never one that a request names: the host's token goes nowhere else.
 *
 * @module
 */
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { LocationFinder } from "@/openstack/glance/requests.ts";
import { type ConnectContext, findGlance } from "@/openstack/glance/connect.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import { groupAccount, type SessionOptions } from "@/openstack/keystone/credentials.ts";
import { openAccount } from "@/openstack/keystone/open_session.ts";

/** Groups of nova.conf that hold the host's own credentials, the first that does. */
const GROUPS = ["service_user", "keystone_authtoken"] as const;

/**
 * Asks for locations with the credentials of `[service_user]`, else `[keystone_authtoken]`. Nothing is
 * opened or asked before the first image. Disposing it closes its connections.
 *
 * @param options As for the session; who asks through nova's hook counts for nothing here.
 * @param signal Ends every request.
 */
export function hostLocations(
  context: ConnectContext,
  options: SessionOptions,
  signal: AbortSignal,
): LocationFinder & Disposable {
  const { config, os } = options;
  const resources = new DisposableStack();
  let opening: Promise<LocationFinder["find"] | undefined> | undefined;
  const open = async () => {
    const account = GROUPS.map((group) => groupAccount(config, group)).find(Boolean);
    if (account === undefined) return undefined;
    const opened = resources.use(openAccount(context, { config, os }, account, signal));
    const access = await findGlance(context, { config, os }, opened, signal);
    const client = resources.use(openGlance(context, access, opened.session));
    return async (record: ImageRecord, ending: AbortSignal) => {
      return await client.locations({ ...record, locations: [] }, ending);
    };
  };
  return {
    find: async (record, ending) => {
      try {
        const find = await (opening ??= open());
        return await find?.(record, ending) ?? [];
      } catch (error) {
        throwIfAborted(ending);
        if (!(error instanceof ToolError)) throw error;
        context.log("warning", `Cannot ask for locations as this host: ${error.message}`);
        return [];
      }
    },
    [Symbol.dispose]: () => resources.dispose(),
  };
}
