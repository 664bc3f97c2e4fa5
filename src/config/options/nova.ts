/**
 * Options of nova outside its drivers: paths, host, image cache, format checks (nova/conf/*.py).
 *
 * @module
 */
import { bool, int, list, type OptionGroups, str } from "@/config/option_spec.ts";

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
    pybasedir: str(
      "Directory that holds the nova Python package.",
      "/usr/lib/python3/dist-packages",
    ),
    state_path: str("Directory of nova's state.", "/var/lib/nova"),
    instances_path: str(
      "Directory of instances, with the image cache and the lock files in it.",
      "$state_path/instances",
    ),
    my_ip: {
      ...str("Address of this host; set it if another option uses '$my_ip'."),
      forSubstitution: true,
      ofHost: true,
    },
    host: {
      type: "hostdomain",
      forSubstitution: true,
      ofHost: true,
      help: "Name of this host for nova; unset means the host name.",
    },
    force_raw_images: bool("Whether nova converts cached images to raw.", "true"),
    use_cow_images: bool(
      "Whether instances use qcow2 overlays when 'images_type' is 'default'.",
      "true",
    ),
    reserved_host_disk_mb: { ...int("MiB of disk to keep free for the host.", "0"), min: 0 },
  },
  image_cache: {
    manager_interval: {
      ...int("Seconds between two passes of nova's cache manager; -1 turns it off.", "2400"),
      min: -1,
      deprecated: ["DEFAULT.image_cache_manager_interval"],
    },
    subdirectory_name: {
      ...str("Directory of the image cache, below 'instances_path'.", "_base"),
      deprecated: ["DEFAULT.image_cache_subdirectory_name"],
    },
    remove_unused_base_images: {
      ...bool("Whether nova removes cached images that no instance uses.", "true"),
      deprecated: ["DEFAULT.remove_unused_base_images"],
    },
    remove_unused_original_minimum_age_seconds: {
      ...int("Age in seconds after which nova removes an unused cached image.", "86400"),
      deprecated: ["DEFAULT.remove_unused_original_minimum_age_seconds"],
    },
    remove_unused_resized_minimum_age_seconds: {
      ...int("Age in seconds after which nova removes an unused resized image.", "3600"),
      deprecated: ["libvirt.remove_unused_resized_minimum_age_seconds"],
    },
  },
  compute: {
    vmdk_allowed_types: list(
      "VMDK 'create-type' values that nova accepts.",
      "streamOptimized,monolithicSparse",
    ),
  },
  workarounds: {
    disable_deep_image_inspection: bool(
      "Whether nova skips its own inspection of image formats.",
      "false",
    ),
  },
} as const satisfies OptionGroups;
