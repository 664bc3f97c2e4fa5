/**
 * Interprets a failed `rbd` by its exit status, which is an errno, and its last output; the texts
 * are those of Ceph 16, 18 and 20.
 *
 * @module
 */
import { AES256K_MASK } from "@/ceph_keys.ts";
import type { ChildStatus } from "@/context.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";
import { tellingLine } from "@/sources/rbd/telling_line.ts";

/** The settings `rbd` ran with, for the hints: Ceph user, path of the ceph.conf, and pool. */
export type RbdCaller = { readonly user: string; readonly conf: string; readonly pool: string };

interface Rule {
  /** Exit statuses; absent if only the text decides, because its status differs by release. */
  readonly codes?: readonly number[];
  readonly text?: RegExp;
  /** A text that rules this cause out. */
  readonly unless?: RegExp;
  readonly code: ErrorCode;
  /** The message that replaces `rbd`'s own words. */
  readonly message?: (caller: RbdCaller) => string;
  readonly hint: (caller: RbdCaller, found: readonly string[]) => string;
  /** Set for lasting failures: a retry would fail the same way until somebody changes something. */
  readonly lasts?: true;
}

/**
 * `rbd` opens a pool only after it is connected. A cluster without authentication needs no key, and
 * Ceph then only warns that it found none (kubernetes/kubernetes#75588).
 */
const CONNECTED = /rbd: error opening|error setting snapshot context/;

/** The first match wins; the more specific texts come first. */
const RULES: readonly Rule[] = [
  {
    text: new RegExp(`val=${AES256K_MASK.replace(/[*()]/g, "\\$&")}`),
    code: "permission_denied",
    message: ({ user }) =>
      `the key of client.${user} is of type aes256k (CVE-2025-30156), which this client of Ceph ` +
      "does not know",
    hint: () => "upgrade ceph-common to 19.2.6, 20.2.4 or newer; glance-direct doctor rbd.keyring",
  },
  {
    text: /error parsing file|failed to decode key|failed to load 'keyring'/,
    unless: CONNECTED,
    code: "permission_denied",
    hint: ({ user }) =>
      `correct it; compare its key with: ceph auth get-key client.${user}; ` +
      "glance-direct doctor rbd.keyring",
  },
  {
    text: /keyring (?:on|via 'keyring' config) (\S+): \(13\) Permission denied/,
    unless: CONNECTED,
    code: "permission_denied",
    hint: (_, [, path]) => `let nova's group read it: chgrp nova ${path}; chmod 640 ${path}`,
  },
  {
    text: /unable to find a keyring|no keyring found|keyring not found|Key loading failed/,
    unless: CONNECTED,
    code: "permission_denied",
    hint: ({ user }) =>
      `make it: ceph auth get client.${user} -o /etc/ceph/ceph.client.${user}.keyring; ` +
      "glance-direct doctor rbd.keyring",
  },
  {
    codes: [13],
    code: "permission_denied",
    hint: ({ user }) =>
      `compare the key in the keyring with: ceph auth get-key client.${user}; ` +
      "glance-direct doctor rbd.keyring",
  },
  {
    // Only an image with a data pool has the id of its own pool in the names of its objects.
    codes: [1],
    text: /rbd_data\.\d+\.[0-9a-f]+\.[0-9a-f]{16} .*Operation not permitted/,
    code: "permission_denied",
    message: ({ user }) => `client.${user} may not read the pool with the image's data`,
    hint: ({ user, pool }) =>
      `see data_pool in: rbd info ${pool}/IMAGE; ${grantHint(user, pool, "DATA_POOL")}`,
  },
  {
    codes: [1],
    text: /Operation not permitted/,
    code: "permission_denied",
    hint: ({ user, pool }) => grantHint(user, pool),
  },
  {
    codes: [1],
    text: /global_init|config file|unrecognised option/,
    code: "config_invalid",
    hint: ({ conf }) => `check ${conf} ([glance]rbd_ceph_conf, [libvirt]images_rbd_ceph_conf)`,
  },
  {
    codes: [2, 22],
    text: /DNS SRV|unable to parse addrs|server name not found/,
    code: "config_invalid",
    hint: ({ conf }) =>
      `check mon_host in ${conf}; host names in it must resolve: getent ahosts NAME`,
  },
  {
    codes: [2],
    text: /error opening|error setting snapshot context/,
    code: "not_found",
    hint: ({ pool }) => `Ceph does not have the data in the image's record: rbd ls -l ${pool}`,
  },
  {
    text: /uses unsupported features/,
    code: "source_unavailable",
    hint: ({ pool }) =>
      `upgrade ceph-common: the image has features that it does not know: rbd info ${pool}/IMAGE`,
  },
  {
    codes: [110],
    text: /authenticate timed out/,
    code: "timeout",
    hint: ({ conf }) =>
      `check that the monitors of ${conf} are reachable: ceph -s; the limit is ` +
      "[glance]rbd_connect_timeout",
  },
  {
    // OSDs of Ceph 18 and newer do not answer a user without any capability; those of 16 refuse.
    codes: [110],
    text: /error opening image|stat v2 image header|listing/,
    code: "timeout",
    hint: ({ user }) =>
      `check the cluster: ceph -s; if it is healthy, check the user's capabilities on the OSDs: ` +
      `ceph auth get client.${user}`,
    lasts: true,
  },
  {
    codes: [110],
    code: "timeout",
    hint: () => "check the cluster: ceph -s; the limit is --stall-timeout",
  },
  { codes: [11, 16, 104, 107, 108], code: "temporary", hint: () => "check the cluster: ceph -s" },
];

/** Seconds that no retry waits for: a lasting failure would only take the same time again. */
const NOT_SOON = 3600;

/**
 * The error for a child that failed.
 *
 * @param command The command, e.g. `rbd export-diff`.
 * @param stderr Its last lines, keys masked.
 */
export function rbdFailure(
  command: string,
  { code, signal }: ChildStatus,
  stderr: string,
  caller: RbdCaller,
): ToolError {
  if (signal !== null) return endedBy(command, signal);
  const rule = RULES.find(({ codes, text, unless }) =>
    (codes?.includes(code) ?? true) && (text?.test(stderr) ?? true) && !unless?.test(stderr)
  );
  const found = rule?.text?.exec(stderr) ?? [];
  const reason = rule?.message?.(caller) ?? tellingLine(stderr);
  return new ToolError(
    rule?.code ?? "source_unavailable",
    `${command} exited with ${code}: ${reason}`,
    {
      hints: [rule?.hint(caller, found) ?? "run it by hand with --debug-rbd=20 to see more"],
      ...rule?.lasts ? { retryAfter: NOT_SOON } : {},
    },
  );
}

/** The command that allows a user to read pools. It replaces the user's previous capabilities. */
export function grantHint(user: string, ...pools: readonly string[]): string {
  const caps = pools.map((pool) => `profile rbd-read-only pool=${pool}`).join(", ");
  const what = pools.length === 1 ? "it" : "both";
  return `grant ${what}: ceph auth caps client.${user} mon 'profile rbd' osd '${caps}'`;
}

function endedBy(command: string, signal: string): ToolError {
  return new ToolError("temporary", `${command} was ended by ${signal}`, {
    hints: [
      "look for the reason: journalctl -k (out of memory?)",
      "if memory is low, set [glance_direct]rbd_concurrent_ops = 2",
    ],
  });
}
