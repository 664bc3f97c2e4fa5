/**
 * Options of nova outside its drivers: paths, host, image cache, format checks (nova/conf/*.py).
 *
 * @module
 */
import type { OptionGroups } from "@/config/option_spec.ts";

/**
 * Options of `[DEFAULT]`, `[image_cache]`, `[compute]` and `[workarounds]`.
 *
 * Three defaults differ from nova's source. `state_path` is `$pybasedir` there, the directory of
 * the Python code; every distribution sets `/var/lib/nova`, and so does this table. `pybasedir`
 * itself is Debian's. `my_ip`, the source address of packets to the default route, is unset,
 * because the program may not query the network interfaces.
 */
export const NOVA_OPTIONS = {
  DEFAULT: {
    pybasedir: {
      type: "str",
      default: "/usr/lib/python3/dist-packages",
      help: "Directory that holds the nova Python package.",
    },
    state_path: {
      type: "str",
      default: "/var/lib/nova",
      help: "Directory of nova's state.",
    },
    instances_path: {
      type: "str",
      default: "$state_path/instances",
      help: "Directory of instances, with the image cache and the lock files in it.",
    },
    my_ip: {
      type: "str",
      forSubstitution: true,
      ofHost: true,
      help: "Address of this host; set it if another option uses '$my_ip'.",
    },
    host: {
      type: "hostdomain",
      forSubstitution: true,
      ofHost: true,
      help: "Name of this host for nova; unset means the host name.",
    },
    force_raw_images: {
      type: "bool",
      default: "true",
      help: "Whether nova converts cached images to raw.",
    },
    use_cow_images: {
      type: "bool",
      default: "true",
      help: "Whether instances use qcow2 overlays when 'images_type' is 'default'.",
    },
    reserved_host_disk_mb: {
      type: "int",
      min: 0,
      default: "0",
      help: "MiB of disk to keep free for the host.",
    },
  },
  image_cache: {
    manager_interval: {
      type: "int",
      min: -1,
      default: "2400",
      deprecated: ["DEFAULT.image_cache_manager_interval"],
      help: "Seconds between two passes of nova's cache manager; -1 turns it off.",
    },
    subdirectory_name: {
      type: "str",
      default: "_base",
      deprecated: ["DEFAULT.image_cache_subdirectory_name"],
      help: "Directory of the image cache, below 'instances_path'.",
    },
    remove_unused_base_images: {
      type: "bool",
      default: "true",
      deprecated: ["DEFAULT.remove_unused_base_images"],
      help: "Whether nova removes cached images that no instance uses.",
    },
    remove_unused_original_minimum_age_seconds: {
      type: "int",
      default: "86400",
      deprecated: ["DEFAULT.remove_unused_original_minimum_age_seconds"],
      help: "Age in seconds after which nova removes an unused cached image.",
    },
    remove_unused_resized_minimum_age_seconds: {
      type: "int",
      default: "3600",
      deprecated: ["libvirt.remove_unused_resized_minimum_age_seconds"],
      help: "Age in seconds after which nova removes an unused resized image.",
    },
  },
  compute: {
    vmdk_allowed_types: {
      type: "list",
      default: "streamOptimized,monolithicSparse",
      help: "VMDK 'create-type' values that nova accepts.",
    },
  },
  workarounds: {
    disable_deep_image_inspection: {
      type: "bool",
      default: "false",
      help: "Whether nova skips its own inspection of image formats.",
    },
  },
} as const satisfies OptionGroups;
