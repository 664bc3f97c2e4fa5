/**
 * The services that a command uses, opened for one identity.
 *
 * @module
 */
import type { Caller } from "@/openstack/keystone/credentials.ts";
import type { Session } from "@/commands/session.ts";
import type { FetchParts } from "@/plan/plan.ts";
import { directPath } from "@/config/direct_path.ts";
import { hostLocations } from "@/openstack/glance/host_locations.ts";
import { findGlance } from "@/openstack/glance/connect.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import { openSession } from "@/openstack/keystone/open_session.ts";
import { certificateDirectory, certificateSource } from "@/signatures/certificate_source.ts";
import { connectBarbican } from "@/openstack/barbican/connect.ts";

/** Everything a fetch needs. Disposing it closes the connections. */
export type Services = FetchParts & Disposable;

/**
 * Finds Glance and the certificate stores.
 *
 * @param caller The identity and the Glance from nova's hook.
 * @throws {ToolError} `config_invalid`, `cloud_not_found`, `authentication_failed`, `unauthorized`,
 * `keystone_unreachable`, `endpoint_not_found`, `temporary` or `timeout`, if Keystone or the
 * configuration does not provide them.
 */
export async function openServices(
  { config, context, globals, rbdProgram }: Session,
  signal: AbortSignal,
  caller?: Caller,
): Promise<Services> {
  const options = { config, os: globals.os, ...caller === undefined ? {} : { caller } };
  using stack = new DisposableStack();
  const opened = stack.use(await openSession(context, options, signal));
  const access = await findGlance(context, options, opened, signal);
  // If images are only read from Glance, nobody needs their locations.
  const locator = directPath(config).enabled
    ? stack.use(hostLocations(context, options, signal))
    : undefined;
  const client = stack.use(openGlance(context, access, opened.session, locator));
  const barbican = stack.use(connectBarbican(context, options, opened));
  const directory = config.get("glance_direct.certificate_dir");
  const local = directory === undefined ? [] : [certificateDirectory(context.files, directory)];
  const certificates = certificateSource([...local, barbican]);
  const resources = stack.move();
  return {
    context,
    config,
    access,
    client,
    certificates,
    rbdProgram,
    [Symbol.dispose]: () => resources.dispose(),
  };
}
