/**
 * How to reach a service of the cloud: flags, environment and clouds.yaml have priority over the
 * service's own options in nova.conf.
 *
 * @module
 */
import { namesOf, type TlsSettings } from "@/openstack/http/tls_settings.ts";
import type { CatalogQuery } from "@/openstack/keystone/catalog.ts";
import type { ChosenAccount, SessionOptions } from "@/openstack/keystone/credentials.ts";
import { tlsOver } from "@/openstack/keystone/network.ts";
import type { SessionContext } from "@/openstack/keystone/open_session.ts";

/** Where to look in the catalog. */
export type Place = Pick<CatalogQuery, "interfaces" | "region">;

/** Region and interfaces of a service. */
export function placeOver(
  { env }: Pick<SessionContext, "env">,
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

/** A cloud's certificates apply to its services; those of a group of nova.conf only to Keystone. */
export function serviceTls(
  context: Pick<SessionContext, "env">,
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
    insecure: cloud.insecure || configured.insecure,
    minVersion: configured.minVersion,
    ciphers: configured.ciphers,
  });
}
