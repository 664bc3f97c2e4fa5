import { assertEquals } from "@std/assert";
import type { ErrorCode } from "@/errors.ts";
import { rbdFailure, tellingLine } from "@/sources/rbd/failure.ts";

const caller = { user: "nova", conf: "/etc/ceph/ceph.conf", pool: "images" };

/** Exit status and last words of rbd 16.2.15, each provoked on a real cluster. */
const CASES: readonly [what: string, status: number, stderr: string, code: ErrorCode][] = [
  [
    "a missing image",
    2,
    "rbd: error opening image no-such: (2) No such file or directory",
    "not_found",
  ],
  [
    "a missing snapshot",
    2,
    "error setting snapshot context: (2) No such file or directory",
    "not_found",
  ],
  [
    "a missing pool",
    2,
    "rbd: error opening pool 'nopool': (2) No such file or directory",
    "not_found",
  ],
  [
    "a missing keyring",
    2,
    "2026-11-22T14:42:51.123+0000 7f12ab0c -1 auth: unable to find a keyring on /etc/ceph/ceph.client.nobody.keyring: (2) No such file or directory\n\n2026-11-22T14:42:51.123+0000 7f12ab0c -1 auth: no keyring found at /etc/ceph, disabling cephx\n\nrbd: couldn't connect to the cluster!",
    "permission_denied",
  ],
  [
    "a wrong key",
    13,
    "2026-11-22T14:42:51.123+0000 7f12ab0c -1 monclient(hunting): handle_auth_bad_method server allowed_methods [2] but i only support [2]\nrbd: couldn't connect to the cluster!",
    "permission_denied",
  ],
  [
    "a keyring that is not one",
    5,
    "auth: error parsing file /x: bad entity name in keyring: client: Malformed input",
    "permission_denied",
  ],
  [
    "no rights on the pool",
    1,
    "rbd: error opening image ID: (1) Operation not permitted",
    "permission_denied",
  ],
  [
    "a missing ceph.conf",
    1,
    "global_init: unable to open config file from search list /path/nope.conf",
    "config_invalid",
  ],
  [
    "a broken ceph.conf",
    1,
    "global_init: error reading config file. parse error: expected '<eoi>' in line 1 at position 1",
    "config_invalid",
  ],
  [
    "no monitor",
    2,
    "unable to get monitor info from DNS SRV with service name: ceph-mon\nrbd: couldn't connect to the cluster!",
    "config_invalid",
  ],
  [
    "a monitor without address",
    22,
    "unable to parse addrs in 'no-such-host.invalid'\nrbd: couldn't connect to the cluster!",
    "config_invalid",
  ],
  [
    "an unreachable monitor",
    110,
    "2026-11-22T14:42:51.123+0000 7f12ab0c  0 monclient(hunting): authenticate timed out after 5\nrbd: couldn't connect to the cluster!",
    "timeout",
  ],
  ["a lost OSD", 110, "rbd: export error: (110) Connection timed out", "timeout"],
  ["anything else", 95, "rbd: export error: (95) Operation not supported", "source_unavailable"],
];

for (const [what, status, stderr, code] of CASES) {
  Deno.test(`rbdFailure() calls ${what} ${code}`, () => {
    const error = rbdFailure("rbd export-diff", { code: status, signal: null }, stderr, caller);
    assertEquals(error.code, code);
    assertEquals(error.hints.length, 1);
  });
}

Deno.test("rbdFailure() calls a killed child temporary and names the signal", () => {
  const error = rbdFailure("rbd export", { code: 137, signal: "SIGKILL" }, "", caller);
  assertEquals([error.code, error.message], ["temporary", "rbd export was ended by SIGKILL"]);
});

Deno.test("rbdFailure() says in the hint what would grant the right", () => {
  const stderr = "rbd: error opening image ID: (1) Operation not permitted";
  const { hints } = rbdFailure("rbd export", { code: 1, signal: null }, stderr, caller);
  assertEquals(hints, [
    "grant it: ceph auth caps client.nova mon 'profile rbd' osd 'profile rbd-read-only pool=images'",
  ]);
});

Deno.test("tellingLine() prefers the cause to rbd's closing words and drops the log prefix", () => {
  assertEquals(
    tellingLine(CASES[3]![2]),
    "auth: no keyring found at /etc/ceph, disabling cephx; rbd: couldn't connect to the cluster!",
  );
});

Deno.test("tellingLine() of silence says so", () => {
  assertEquals(tellingLine("\n \n"), "it said nothing");
});
