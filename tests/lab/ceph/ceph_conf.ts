/**
 * The configuration file of the lab's Ceph cluster, for its daemons and its clients alike.
 *
 * @module
 */
import { at, FSID, PORTS } from "./layout.ts";

/** The file that daemons and clients read. */
export const CEPH_CONF: string = at("ceph", "ceph.conf");

/** The keyring file of a client, named as in `keyring` below. */
export function keyringOf(user: string): string {
  return at("ceph", `ceph.client.${user}.keyring`);
}

/** Addresses of the monitor, as in `mon_host` and for monmaptool. */
export const MONITOR: string = monitorAt(PORTS.monitorV2, PORTS.monitorV1);

/** Addresses of a monitor on two ports of loopback. */
export function monitorAt(v2: number, v1: number): string {
  return `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
}

/**
 * The text of `ceph.conf`.
 *
 * `osd_pool_default_read_lease_ratio`: with one OSD, a pause longer than the read lease leaves
 * requests waiting for ever in Ceph 16; a lease this long never expires. `mon_data_avail_*`: the
 * monitor exits on a disk that is 95 % full, as a laptop's may be.
 *
 * @param monitor Address of the monitor.
 */
export function cephConf(monitor: string = MONITOR): string {
  return `[global]
fsid = ${FSID}
mon_host = ${monitor}
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
run_dir = ${at("run")}
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 32
osd_pool_default_pg_autoscale_mode = off
osd_pool_default_read_lease_ratio = 1000
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_allow_pool_delete = true
mon_warn_on_pool_no_redundancy = false
mon_data_avail_warn = 5
mon_data_avail_crit = 1

[mon]
mon_data = ${at("ceph", "mon")}
mon_cluster_log_file = ${at("log", "cluster.log")}
keyring = ${at("ceph", "mon.keyring")}
log_file = ${at("log", "$name.log")}
admin_socket = ${at("run", "$name.asok")}

[mgr]
mgr_data = ${at("ceph", "mgr")}
mgr_initial_modules =
keyring = ${at("ceph", "mgr", "keyring")}
log_file = ${at("log", "$name.log")}
admin_socket = ${at("run", "$name.asok")}

[osd]
osd_data = ${at("ceph", "osd")}
osd_objectstore = bluestore
osd_class_load_list = *
osd_class_default_list = *
osd_memory_target = 1610612736
bluestore_block_size = 68719476736
bluestore_fsck_on_mount = false
keyring = ${at("ceph", "osd", "keyring")}
log_file = ${at("log", "$name.log")}
admin_socket = ${at("run", "$name.asok")}

[client]
keyring = ${keyringOf("$id")}
log_file =
admin_socket =
`;
}
