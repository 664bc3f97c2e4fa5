/**
 * Options of nova's libvirt driver for the places of images and the connection to Ceph
 * (nova/conf/libvirt.py).
 *
 * @module
 */
import { int, type OptionGroups, str } from "@/config/option_spec.ts";

/** Options of `[libvirt]`. */
export const LIBVIRT_OPTIONS = {
  libvirt: {
    images_type: {
      type: "str",
      choices: ["raw", "flat", "qcow2", "lvm", "rbd", "ploop", "default"],
      default: "default",
      help: "Kind of instance disks; 'rbd' clones inside Ceph and uses no cache.",
    },
    images_rbd_ceph_conf: str("ceph.conf, when '[glance]rbd_ceph_conf' is empty.", ""),
    images_rbd_glance_store_name: str("Name of the Glance store in this host's Ceph cluster.", ""),
    rbd_user: str("Ceph user, when '[glance]rbd_user' is empty."),
    rbd_connect_timeout: int(
      "Seconds to wait for Ceph, when '[glance]rbd_connect_timeout' is not set or 0.",
      "5",
    ),
  },
} as const satisfies OptionGroups;
