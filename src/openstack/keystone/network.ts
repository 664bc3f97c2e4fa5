/**
 * The network settings for every service of the cloud.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { OpenOptions } from "@/openstack/http/open.ts";
import { ENVIRONMENT_NAMES, namesOf, type TlsSettings } from "@/openstack/http/tls_settings.ts";
import { readBoolean } from "@/openstack/keystone/account.ts";
import type { SessionOptions } from "@/openstack/keystone/credentials.ts";

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
