/**
 * What a failed `rbd` meant. Its exit status is an errno and its last words are all there is; the
 * texts are those of Ceph 16 to 19.
 *
 * @module
 */
import type { ChildStatus } from "@/context.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";

/** Who ran `rbd`, for the hints. */
export interface RbdCaller {
  /** Ceph user without `client.`. */
  readonly user: string;
  /** Path of the ceph.conf. */
  readonly conf: string;
  /** Pool that was read. */
  readonly pool: string;
}

interface Rule {
  readonly codes: readonly number[];
  readonly text?: RegExp;
  readonly code: ErrorCode;
  readonly hint: (caller: RbdCaller) => string;
}

const ENTITY = (caller: RbdCaller) => `client.${caller.user}`;
const KEYRING_HINT = (caller: RbdCaller) =>
  `check the keyring of ${ENTITY(caller)}: ls -l /etc/ceph/*.keyring; glance-direct doctor rbd`;

/** First match wins; the more telling texts come first. */
const RULES: readonly Rule[] = [
  {
    codes: [2],
    text: /unable to find a keyring|no keyring found/,
    code: "permission_denied",
    hint: KEYRING_HINT,
  },
  {
    codes: [5],
    text: /keyring|error parsing file|bad entity name/,
    code: "permission_denied",
    hint: KEYRING_HINT,
  },
  { codes: [13], code: "permission_denied", hint: KEYRING_HINT },
  {
    codes: [1],
    text: /Operation not permitted/,
    code: "permission_denied",
    hint: (caller) =>
      `grant it: ceph auth caps ${
        ENTITY(caller)
      } mon 'profile rbd' osd 'profile rbd-read-only pool=${caller.pool}'`,
  },
  {
    codes: [1],
    text: /global_init|config file|unrecognised option/,
    code: "config_invalid",
    hint: (caller) => `check ${caller.conf} ([glance]rbd_ceph_conf, [libvirt]images_rbd_ceph_conf)`,
  },
  {
    codes: [2, 22],
    text: /DNS SRV|unable to parse addrs|server name not found/,
    code: "config_invalid",
    hint: (caller) => `check mon_host in ${caller.conf}`,
  },
  {
    codes: [2],
    text: /error opening|error setting snapshot context/,
    code: "not_found",
    hint: () => "the image record names data that Ceph does not have: rbd ls -l POOL",
  },
  {
    codes: [110],
    code: "timeout",
    hint: () =>
      "look at the cluster: ceph -s; the bounds are [glance]rbd_connect_timeout and --stall-timeout",
  },
  { codes: [11, 16, 104, 107, 108], code: "temporary", hint: () => "look at the cluster: ceph -s" },
];

/**
 * The error for a child that did not end well.
 *
 * @param command What ran, e.g. `rbd export-diff`.
 * @param stderr Its last lines.
 */
export function rbdFailure(
  command: string,
  status: ChildStatus,
  stderr: string,
  caller: RbdCaller,
): ToolError {
  if (status.signal !== null) {
    return new ToolError("temporary", `${command} was ended by ${status.signal}`, {
      hints: [
        "look for the reason: journalctl -k (out of memory?)",
        "where memory is scarce, set [glance_direct]rbd_concurrent_ops = 2",
      ],
    });
  }
  const rule = RULES.find((one) =>
    one.codes.includes(status.code) && (one.text?.test(stderr) ?? true)
  );
  const message = `${command} exited with ${status.code}: ${tellingLine(stderr)}`;
  return new ToolError(rule?.code ?? "source_unavailable", message, {
    hints: [rule?.hint(caller) ?? `run it by hand with --debug-rbd=20 to see more`],
  });
}

/** The line an operator would look for: `rbd`'s own last word, else the last line at all. */
export function tellingLine(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.replace(LOG_PREFIX, "").trim())
    .filter((line) => line !== "");
  const cause = lines.findLast((line) => CAUSE.test(line));
  const own = lines.findLast((line) => line.startsWith("rbd:"));
  const telling = [cause, own].filter((line) => line !== undefined);
  const shown = [...new Set(telling.length > 0 ? telling : lines.slice(-1))].join("; ");
  return shown === "" ? "it said nothing" : shown.slice(0, 400);
}

/** `2026-11-22T14:42:51.123+0000 7f12ab -1 `, as Ceph's log lines begin. */
const LOG_PREFIX = /^\d{4}-\d\d-\d\dT\S+ [0-9a-f]+ +-?\d+ /;
/** Lines that say more than rbd's closing "couldn't connect to the cluster!". */
const CAUSE = /^auth: |^monclient|^global_init|DNS SRV|parse addrs|failed to stat|snapshot context/;
