/**
 * The program's own settings: group `[glance_direct]` of nova's files, which nova ignores.
 *
 * @module
 */
import type { OptionGroups } from "@/config/option_spec.ts";

/**
 * Options of `[glance_direct]`. Options that weaken verification (`--verify size`,
 * `--allow-unhashed`, `--force`) are missing on purpose: they must be given explicitly on the
 * command line, for one run.
 */
export const GLANCE_DIRECT_OPTIONS = {
  glance_direct: {
    schemes: {
      type: "list",
      default: "",
      help: "Location schemes read directly: 'rbd' turns the direct path on, as nova's options do.",
    },
    ceph_clusters: {
      type: "multistr",
      help: "Further Ceph clusters, one 'FSID CEPH.CONF [USER]' per line or separated by commas.",
    },
    allow_foreign_names: {
      type: "bool",
      default: "false",
      help: "Accept rbd locations whose image name is not the id of the Glance image.",
    },
    rbd_transfer: {
      type: "str",
      choices: ["sparse", "plain"],
      default: "sparse",
      help: "Read allocated extents only with 'rbd export-diff', or every byte with 'rbd export'.",
    },
    rbd_concurrent_ops: {
      type: "int",
      min: 1,
      default: "10",
      help: "Reads that rbd keeps in flight (rbd_concurrent_management_ops).",
    },
    file_roots: {
      type: "list",
      default: "",
      help: "Directories for 'file' locations; empty disables the scheme.",
    },
    certificate_dir: {
      type: "str",
      help: "Directory with certificates as 'ID.pem', searched before the key manager.",
    },
    seal_keys: {
      type: "list",
      default: "",
      help: "PEM files of the public keys whose seals are trusted; empty ignores seals.",
    },
    seal_dir: {
      type: "str",
      help: "Directory with seals as 'ID.seal', searched before Glance.",
    },
    proxy: {
      type: "str",
      help: "URL of the HTTP proxy for Keystone, Glance and Barbican; proxy variables are ignored.",
    },
    limit_rate: {
      type: "size",
      min: 1,
      flag: "--limit-rate",
      help: "Maximum bytes per second of one transfer, e.g. '100M' or 'off'.",
    },
    bwlimit: {
      type: "str",
      help: "Limits over the day, e.g. '08:00,50M 20:00,off'; 'limit_rate' overrides it.",
    },
    cache_budget: {
      type: "size",
      min: 1,
      help: "Maximum disk space of the image cache, e.g. '200G', or 'off'.",
    },
    metrics_file: {
      type: "str",
      help: "File for node_exporter's textfile collector, replaced after each run.",
    },
    nova_release: {
      type: "str",
      help: "Nova release whose format rules apply, e.g. '2024.1'; unset means the installed one.",
    },
    retries: {
      type: "int",
      min: 0,
      default: "3",
      flag: "--retries",
      help: "Retries of one source after a temporary failure.",
    },
    connect_timeout: {
      type: "duration",
      min: 1,
      default: "10s",
      flag: "--connect-timeout",
      help: "Longest wait for a connection to a service.",
    },
    stall_timeout: {
      type: "duration",
      min: 1,
      default: "30s",
      flag: "--stall-timeout",
      help: "Longest wait for the next byte of a transfer.",
    },
    timeout: {
      type: "duration",
      min: 1,
      flag: "--timeout",
      help: "Longest time of the whole run; unset means no limit.",
    },
    lock_timeout: {
      type: "duration",
      default: "30m",
      help: "Longest wait for another process that fetches the same image.",
    },
    hash_wait: {
      type: "duration",
      default: "1m",
      help: "Longest wait for a hash that Glance is still computing.",
    },
  },
} as const satisfies OptionGroups;
