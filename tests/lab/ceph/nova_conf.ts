/**
 * A `nova.conf` of a compute host of this lab, as a deployment tool would write it.
 *
 * @module
 */
import { CEPH_CONF } from "./ceph_conf.ts";
import type { User } from "./ceph_users.ts";
import { passwordOptions } from "./credentials.ts";
import { POOL, PORTS, url, write } from "./layout.ts";

/** Settings that differ from a working host. */
export interface NovaOptions {
  /** Whether to use Glance with nova's account, or without authentication. @default {"keystone"} */
  readonly auth?: "keystone" | "none";
  /** URL of Glance. @default {the catalogue's, or without Keystone that of the open one} */
  readonly glanceUrl?: string | undefined;
  /** URL of Keystone. @default {AUTH_URL} */
  readonly authUrl?: string | undefined;
  /** `enable_rbd_download`. @default {true} */
  readonly rbd?: boolean;
  /** `rbd_user`. @default {"nova"} */
  readonly user?: User;
  /** `rbd_ceph_conf`. @default {CEPH_CONF} */
  readonly cephConf?: string;
  /** `rbd_pool`. @default {POOL} */
  readonly pool?: string;
  /** `rbd_connect_timeout`, in seconds. @default {5} */
  readonly connectTimeout?: number;
  /** `force_raw_images`: whether the cache holds raw images only. @default {false} */
  readonly forceRaw?: boolean;
  /** An existing directory for `instances_path`, which is kept. @default {one next to the file} */
  readonly instances?: string;
  /** More text for the file. @default {""} */
  readonly more?: string;
}

/** A compute host's files. */
export interface NovaHost {
  /** The configuration file. */
  readonly conf: string;
  /** `instances_path`. */
  readonly instances: string;
  /** The image cache below it. */
  readonly cache: string;
}

/** Writes the configuration of a compute host into a directory. */
export async function writeNovaConf(
  directory: string,
  options: NovaOptions = {},
): Promise<NovaHost> {
  const { instances = `${directory}/instances` } = options;
  const conf = `${directory}/nova.conf`;
  await write(conf, novaConf(instances, options));
  await Deno.mkdir(instances, { recursive: true });
  return { conf, instances, cache: `${instances}/_base` };
}

function novaConf(instances: string, options: NovaOptions): string {
  return `[DEFAULT]
instances_path = ${instances}
force_raw_images = ${options.forceRaw ?? false}
[libvirt]
images_type = flat
[glance]
${endpoint(options)}
enable_rbd_download = ${options.rbd ?? true}
rbd_user = ${options.user ?? "nova"}
rbd_ceph_conf = ${options.cephConf ?? CEPH_CONF}
rbd_pool = ${options.pool ?? POOL}
rbd_connect_timeout = ${options.connectTimeout ?? 5}
${identity(options)}
${options.more ?? ""}
`;
}

/** With Keystone the endpoint comes from the catalogue, otherwise from the file. */
function endpoint({ auth, glanceUrl }: NovaOptions): string {
  const override = glanceUrl ?? (auth === "none" ? url(PORTS.glanceNoauth) : undefined);
  return override === undefined ? "" : `endpoint_override = ${override}`;
}

function identity({ auth, authUrl }: NovaOptions): string {
  return auth === "none" ? "" : `[keystone_authtoken]\n${passwordOptions("nova", authUrl)}`;
}
