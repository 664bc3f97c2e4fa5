/**
 * How to reach a service of the cloud: flags, environment and clouds.yaml have priority over the
 * service's own options in nova.conf.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { OpenOptions } from "@/openstack/http/open.ts";
import { ENVIRONMENT_NAMES, namesOf, type TlsSettings } from "@/openstack/http/tls_settings.ts";
import { readBoolean } from "@/openstack/keystone/account.ts";
import type { CatalogQuery } from "@/openstack/keystone/catalog.ts";
import { ENVIRONMENT_ORIGIN } from "@/openstack/keystone/account.ts";
import type { ChosenAccount, SessionOptions } from "@/openstack/keystone/credentials.ts";

/** Time limit for an answer if `timeout` is unset, in milliseconds; nova would wait for ever. */
const DEFAULT_TIMEOUT = 60_000;

/** Time limit for an answer, in milliseconds, from `[glance]timeout`. */
export function timeoutOf(config: Config): number {
  const seconds = config.get("glance.timeout") ?? 0;
  return seconds > 0 ? seconds * 1000 : DEFAULT_TIMEOUT;
}

/** The connection to a service: the proxy, if any, and the connect time-out. */
export function connectionSettings(
  config: Config,
): Pick<OpenOptions, "connectTimeoutMs" | "proxy"> {
  return {
    connectTimeoutMs: config.get("glance_direct.connect_timeout"),
    proxy: config.get("glance_direct.proxy"),
  };
}

/** TLS settings of flags and environment override others, field by field. */
export function tlsOver(
  { env }: Pick<Context, "env">,
  { os }: Pick<SessionOptions, "os">,
  below: TlsSettings,
): TlsSettings {
  const at = (name: string) => os[name] || env.get(name) || undefined;
  const own = namesOf(below);
  return {
    names: {
      cafile: at("OS_CACERT") === undefined ? own.cafile : ENVIRONMENT_NAMES.cafile,
      certfile: at("OS_CERT") === undefined ? own.certfile : ENVIRONMENT_NAMES.certfile,
    },
    cafile: at("OS_CACERT") ?? (below.cafile || undefined),
    certfile: at("OS_CERT") ?? (below.certfile || undefined),
    keyfile: at("OS_KEY") ?? (below.keyfile || undefined),
    insecure: readBoolean(at("OS_INSECURE")) ?? below.insecure,
    minVersion: at("OS_TLS_MIN_VERSION") ?? below.minVersion,
    ciphers: at("OS_TLS_CIPHERS") ?? below.ciphers,
  };
}

/** Where to look in the catalog. */
export type Place = Pick<CatalogQuery, "interfaces" | "region">;

/** Region and interfaces of a service. */
export function placeOver(
  { env }: Pick<Context, "env">,
  { os }: Pick<SessionOptions, "os">,
  account: ChosenAccount,
  configured: Place,
): Place {
  const at = (name: string) => os[name] || env.get(name) || undefined;
  const one = at("OS_INTERFACE") ?? at("OS_ENDPOINT_TYPE") ?? account.interface;
  return {
    interfaces: one === undefined ? configured.interfaces : [one],
    region: at("OS_REGION_NAME") ?? account.region ?? configured.region,
  };
}

/**
 * A cloud's certificates apply to its services; those of a group of nova.conf only to Keystone. A
 * cloud of clouds.yaml has its own `verify`, which `insecure` of nova.conf does not weaken.
 */
export function serviceTls(
  context: Pick<Context, "env">,
  options: Pick<SessionOptions, "os">,
  account: ChosenAccount,
  configured: TlsSettings,
): TlsSettings {
  const cloud = account.wholeCloud ? account.tls : {};
  const own = namesOf(configured);
  const isOfCloud = (file: string | undefined, other: string | undefined) =>
    account.wholeCloud && (file !== undefined || other === undefined);
  return tlsOver(context, options, {
    names: {
      cafile: isOfCloud(cloud.cafile, configured.cafile) ? namesOf(cloud).cafile : own.cafile,
      certfile: isOfCloud(cloud.certfile, configured.certfile)
        ? namesOf(cloud).certfile
        : own.certfile,
    },
    cafile: cloud.cafile ?? configured.cafile,
    certfile: cloud.certfile ?? configured.certfile,
    keyfile: cloud.certfile === undefined ? configured.keyfile : cloud.keyfile,
    insecure: account.wholeCloud && account.origin !== ENVIRONMENT_ORIGIN
      ? cloud.insecure
      : cloud.insecure || configured.insecure,
    minVersion: configured.minVersion,
    ciphers: configured.ciphers,
  });
}
