/**
 * Finds Glance by the configuration, the environment and the flags.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { Endpoints, shuffled } from "@/openstack/glance/endpoint.ts";
import type { GlanceAccess } from "@/openstack/glance/open.ts";
import { planTransport } from "@/openstack/http/open.ts";
import { withRetries } from "@/openstack/http/retry.ts";
import { namesOfGroup, type TlsSettings } from "@/openstack/http/tls_settings.ts";
import { type CatalogQuery, findEndpoint } from "@/openstack/keystone/catalog.ts";
import type { SessionOptions } from "@/openstack/keystone/credentials.ts";
import type { OpenedSession, SessionContext } from "@/openstack/keystone/open_session.ts";
import {
  connectionSettings,
  placeOver,
  serviceTls,
  timeoutOf,
} from "@/openstack/keystone/service_settings.ts";

/**
 * Finds Glance. Keystone is asked now only if its catalog is needed.
 *
 * @param opened The session; the caller disposes it.
 * @param signal Ends this search and every request to Keystone.
 * @throws {ToolError} `config_invalid`, if settings are not valid or do not lead to Glance; errors
 * of getting a token; `endpoint_not_found`, if the catalog has no such service.
 */
export async function findGlance(
  context: SessionContext,
  options: SessionOptions,
  opened: OpenedSession,
  signal: AbortSignal,
): Promise<GlanceAccess> {
  const endpoints = configuredEndpoints(context, options, opened) ??
    await catalogEndpoint(context, options, opened, signal);
  return {
    endpoints: endpoints.all,
    transport: planTransport(context, {
      peer: "Glance",
      tls: serviceTls(context, options, opened.account, glanceTls(options)),
      ...connectionSettings(options.config),
    }),
    retries: options.config.get("glance.num_retries"),
    retriable: (options.config.get("glance.retriable_status_codes") ?? []).map(Number),
    timeoutMs: timeoutOf(options.config),
    requestId: options.caller?.requestId ?? undefined,
  };
}

/** The most specific setting wins: flag, environment, cloud, nova.conf. */
function configuredEndpoints(
  context: SessionContext,
  options: SessionOptions,
  { account }: OpenedSession,
): Endpoints | undefined {
  const { caller, config, os } = options;
  const name = "OS_IMAGE_ENDPOINT_OVERRIDE";
  const { credentials } = account;
  const servers = config.get("glance.api_servers") ?? [];
  const candidates = [
    [[caller?.endpoint], "nova"],
    [[os[name]], "--os-image-endpoint-override"],
    [[context.env.get(name)], name],
    [[account.imageEndpoint], account.origin],
    [shuffled(servers, context.random), config.originOf("glance.api_servers")],
    [[config.get("glance.endpoint_override")], config.originOf("glance.endpoint_override")],
    [[credentials.kind === "keystone" ? undefined : credentials.endpoint], account.origin],
  ] as const;
  for (const [urls, origin] of candidates) {
    const set = urls.filter((url) => Boolean(url)) as readonly string[];
    if (set.length > 0) return new Endpoints(set, origin);
  }
  return undefined;
}

async function catalogEndpoint(
  context: SessionContext,
  options: SessionOptions,
  { account, session }: OpenedSession,
  signal: AbortSignal,
): Promise<Endpoints> {
  const retries = options.config.get("glance.num_retries");
  const catalog = await withRetries({ context, retries, signal }, () => session.catalog(signal));
  if (catalog === undefined) throw endpointUnset(account.origin);
  const url = findEndpoint(catalog, catalogQuery(context, options, account), account.origin);
  return new Endpoints([url], "the catalog");
}

function catalogQuery(
  context: SessionContext,
  options: SessionOptions,
  account: OpenedSession["account"],
): CatalogQuery {
  const { config } = options;
  return {
    serviceType: config.get("glance.service_type"),
    serviceName: config.get("glance.service_name"),
    ...placeOver(context, options, account, {
      interfaces: config.get("glance.valid_interfaces"),
      region: config.get("glance.region_name"),
    }),
  };
}

function glanceTls({ config }: SessionOptions): TlsSettings {
  return {
    cafile: config.get("glance.cafile"),
    certfile: config.get("glance.certfile"),
    keyfile: config.get("glance.keyfile"),
    insecure: config.get("glance.insecure"),
    minVersion: config.get("glance.tls_min_version"),
    ciphers: config.get("glance.tls_ciphers"),
    names: namesOfGroup("glance"),
  };
}

function endpointUnset(origin: string): ToolError {
  return new ToolError(
    "config_invalid",
    `Cannot find Glance: no endpoint is set, and there is no catalog (${origin})`,
    {
      hints: [
        "set [glance]endpoint_override or give --os-image-endpoint-override",
        "is nova.conf read? glance-direct doctor config.files",
      ],
    },
  );
}
