/**
 * Finds the Barbican that nova's key manager (castellan) would use.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { ENVIRONMENT_NAMES } from "@/openstack/http/tls_settings.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { findEndpoint } from "@/openstack/keystone/catalog.ts";
import type { SessionOptions } from "@/openstack/keystone/credentials.ts";
import type { OpenedSession, SessionContext } from "@/openstack/keystone/open_session.ts";
import {
  connectionSettings,
  placeOver,
  serviceTls,
  timeoutOf,
} from "@/openstack/keystone/service_settings.ts";
import { barbicanStore, type CertificateStore } from "@/openstack/barbican/client.ts";

/**
 * The certificates of the configured Barbican. Nothing is opened, read or requested before the
 * first certificate is needed: a host that verifies no signature need not have a Barbican.
 *
 * @param opened The session; the caller disposes it.
 */
export function connectBarbican(
  context: SessionContext,
  options: SessionOptions,
  opened: OpenedSession,
): CertificateStore & Disposable {
  const transports = new DisposableStack();
  let store: CertificateStore | undefined;
  return {
    label: "Barbican",
    async find(id, signal) {
      store ??= await connect(context, options, opened, transports, signal);
      return await store.find(id, signal);
    },
    [Symbol.dispose]: () => transports.dispose(),
  };
}

async function connect(
  context: SessionContext,
  options: SessionOptions,
  opened: OpenedSession,
  transports: DisposableStack,
  signal: AbortSignal,
): Promise<CertificateStore> {
  const { config } = options;
  requireBarbican(config.get("key_manager.backend"));
  const endpoint = await endpointOf(context, options, opened, signal);
  const transport = transports.use(openTransport(context, {
    peer: "Barbican",
    tls: serviceTls(context, options, opened.account, {
      cafile: config.get("barbican.verify_ssl_path"),
      insecure: !config.get("barbican.verify_ssl"),
      names: { ...ENVIRONMENT_NAMES, cafile: "'[barbican] verify_ssl_path'" },
    }),
    ...connectionSettings(config),
  }));
  const retries = config.get("glance_direct.retries");
  const { session } = opened;
  return barbicanStore({
    context,
    transport,
    session,
    endpoint,
    retries,
    timeoutMs: timeoutOf(config),
  });
}

async function endpointOf(
  context: SessionContext,
  options: SessionOptions,
  { account, session }: OpenedSession,
  signal: AbortSignal,
): Promise<string> {
  const { config } = options;
  const configured = config.get("barbican.barbican_endpoint");
  if (configured) return configured;
  const catalog = await session.catalog(signal);
  if (catalog === undefined) throw endpointUnset(account.origin);
  const place = placeOver(context, options, account, {
    interfaces: [config.get("barbican.barbican_endpoint_type")],
    region: config.get("barbican.barbican_region_name"),
  });
  return findEndpoint(catalog, { serviceType: "key-manager", ...place }, account.origin);
}

/** Names of castellan's back end for Barbican: `barbican`, or the class with its module. */
function requireBarbican(backend: string): void {
  if (/^barbican$|\.BarbicanKeyManager$/.test(backend)) return;
  throw new ToolError(
    "config_invalid",
    `Cannot fetch certificates from the key manager '${backend}' ([key_manager]backend): only Barbican is supported`,
    { hints: [SAVE] },
  );
}

function endpointUnset(origin: string): ToolError {
  return new ToolError(
    "config_invalid",
    `Cannot find Barbican: no endpoint is set, and there is no catalog (${origin})`,
    { hints: ["set '[barbican] barbican_endpoint'", SAVE] },
  );
}

const SAVE = "save the certificates as ID.pem in '[glance_direct] certificate_dir'";
