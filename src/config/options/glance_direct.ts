/**
 * The program's own settings: group `[glance_direct]` of nova's files, which nova ignores.
 *
 * @module
 */
import { bool, duration, int, list, type OptionGroups, size, str } from "@/config/option_spec.ts";

/**
 * Options of `[glance_direct]`. Options that weaken verification (`--verify size`,
 * `--allow-unhashed`, `--force`) are missing on purpose: they must be given explicitly on the
 * command line, for one run.
 */
export const GLANCE_DIRECT_OPTIONS = {
  glance_direct: {
    schemes: list(
      "Location schemes read directly: 'rbd' turns the direct path on, as nova's options do.",
      "",
    ),
    ceph_clusters: {
      type: "multistr",
      help: "Further Ceph clusters, one 'FSID CEPH.CONF [USER]' per line or separated by commas.",
    },
    allow_foreign_names: bool(
      "Accept rbd locations whose image name is not the id of the Glance image.",
      "false",
    ),
    rbd_transfer: {
      type: "str",
      choices: ["sparse", "plain"],
      default: "sparse",
      help:
        "Read only the objects that exist with 'rbd export-diff', or every byte with 'rbd export'.",
    },
    rbd_concurrent_ops: {
      ...int("Reads that rbd keeps in flight (rbd_concurrent_management_ops).", "10"),
      min: 1,
    },
    file_roots: list("Directories for 'file' locations; empty disables the scheme.", ""),
    certificate_dir: str(
      "Directory with certificates as 'ID.pem', searched before the key manager.",
    ),
    seal_keys: list(
      "PEM files of the public keys whose seals are trusted; empty ignores seals.",
      "",
    ),
    seal_dir: str("Directory with seals as 'ID.seal', searched before Glance."),
    proxy: str(
      "URL of the HTTP proxy for Keystone, Glance and Barbican; proxy variables are ignored.",
    ),
    limit_rate: {
      ...size("Maximum bytes per second of one transfer, e.g. '100M' or 'off'."),
      min: 1,
      flag: "--limit-rate",
    },
    bwlimit: str("Limits over the day, e.g. '08:00,50M 20:00,off'; 'limit_rate' overrides it."),
    cache_budget: {
      ...size("Maximum disk space of the image cache, e.g. '200G', or 'off'."),
      min: 1,
    },
    metrics_file: str("File for node_exporter's textfile collector, replaced after each run."),
    nova_release: str(
      "Nova release whose format rules apply, e.g. '2024.1'; unset means the installed one.",
    ),
    retries: {
      ...int("Retries of the last source on temporary failure.", "3"),
      min: 0,
      flag: "--retries",
    },
    connect_timeout: {
      ...duration("Longest wait for a connection to a service.", "10s"),
      min: 1,
      flag: "--connect-timeout",
    },
    stall_timeout: {
      ...duration("Longest wait for the next byte of a transfer.", "30s"),
      min: 1,
      flag: "--stall-timeout",
    },
    timeout: {
      ...duration("Longest time of the whole run; unset means no limit."),
      min: 1,
      flag: "--timeout",
    },
    lock_timeout: duration("Longest wait for another process that fetches the same image.", "30m"),
    hash_wait: duration("Longest wait for a hash that Glance is still computing.", "1m"),
  },
} as const satisfies OptionGroups;
