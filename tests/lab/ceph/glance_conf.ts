/**
 * Configuration and policy of the lab's Glance.
 *
 * @module
 */
import { CEPH_CONF } from "./ceph_conf.ts";
import { AUTH_URL, passwordOptions } from "./credentials.ts";
import { at, POOL, PORTS, url } from "./layout.ts";

/** Glance's database. */
export const DATABASE: string = at("glance", "glance.db");

/** Glance's name of its second store, which keeps images in files. */
export const FILE_STORE = "files";

/** The directory of that store. */
export const FILES: string = at("glance", "files");

/** Options of Glance that differ from the lab's default. */
export interface GlanceOptions {
  /** Whether records have `locations` in addition to `direct_url`. @default {false} */
  readonly showLocations?: boolean;
  /** Whether runs of zeros are left out of the pool (`rbd_thin_provisioning`). @default {false} */
  readonly thin?: boolean;
  /** The hash of new images (`hashing_algorithm`). @default {"sha512"} */
  readonly hash?: "sha256" | "sha512";
}

/** One of the two instances. */
export interface Instance {
  /** Name of its daemon and its directory. */
  readonly name: string;
  /** Port on loopback. */
  readonly port: number;
  /** Flavor of Debian's `glance-api-paste.ini`: `keystone`, or nothing for no authentication. */
  readonly flavor: "keystone" | "";
}

/**
 * Without Keystone a caller has no role, so these rules would refuse everybody. The last lines are
 * since Glance 26, whose defaults require a reader or a member even for the simplest requests.
 */
const OPENED = [
  "publicize_image",
  "communitize_image",
  "deactivate",
  "reactivate",
  "get_image_location",
  "set_image_location",
  "delete_image_location",
  "manage_image_cache",
  "tasks_api_access",
  "add_member",
  "modify_member",
  "get_member",
  "get_members",
  "delete_member",
  "add_image",
  "get_image",
  "get_images",
  "modify_image",
  "delete_image",
  "upload_image",
  "download_image",
  "copy_image",
  "cache_image",
] as const;

/** The text of an instance's policy file. */
export function policy({ flavor }: Instance): string {
  return flavor === "keystone" ? "{}\n" : OPENED.map((rule) => `"${rule}": "@"\n`).join("");
}

/**
 * The text of an instance's `glance-api.conf`. `workers = 0`: one process, so that a pause stops
 * all of it.
 */
export function glanceConf({ name, port, flavor }: Instance, options: GlanceOptions): string {
  return `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
workers = 0
enabled_backends = ceph:rbd, ${FILE_STORE}:file
show_image_direct_url = true
show_multiple_locations = ${options.showLocations ?? false}
hashing_algorithm = ${options.hash ?? "sha512"}
node_staging_uri = file://${at("glance", "staging")}
enabled_import_methods = [glance-direct]
image_cache_dir = ${at("glance", "cache")}
use_stderr = true
[glance_store]
default_backend = ceph
[ceph]
rbd_store_pool = ${POOL}
rbd_store_user = glance
rbd_store_ceph_conf = ${CEPH_CONF}
rbd_store_chunk_size = 8
rbd_thin_provisioning = ${options.thin ?? false}
[${FILE_STORE}]
filesystem_store_datadir = ${FILES}
filesystem_thin_provisioning = true
[os_glance_staging_store]
filesystem_store_datadir = ${at("glance", "staging")}
[os_glance_tasks_store]
filesystem_store_datadir = ${at("glance", "tasks")}
[database]
connection = sqlite:///${DATABASE}
[oslo_concurrency]
lock_path = ${at("glance", "lock")}
[oslo_policy]
policy_file = ${at("glance", name, "policy.yaml")}
policy_dirs = ${at("glance", name, "policy.d")}
[paste_deploy]
flavor = ${flavor}
config_file = ${at("glance", name, "paste.ini")}
[keystone_authtoken]
www_authenticate_uri = ${AUTH_URL}
service_token_roles = service
service_token_roles_required = true
${passwordOptions("glance")}[key_manager]
backend = barbican
[barbican]
auth_endpoint = ${AUTH_URL}
barbican_endpoint = ${url(PORTS.barbican)}
`;
}
