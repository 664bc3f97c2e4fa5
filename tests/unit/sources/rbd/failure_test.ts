/**
 * The output of `rbd` of Ceph 16.2.15, 18.2.7 and 20.2.4, each provoked for real, and the error for
 * it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { maskKeys } from "@/ceph_keys.ts";
import type { ErrorCode } from "@/errors.ts";
import { waitBefore } from "@/openstack/http/retry.ts";
import { rbdFailure } from "@/sources/rbd/failure.ts";
import recorded from "./recorded.json" with { type: "json" };

const caller = { user: "nova", conf: "/etc/ceph/ceph.conf", pool: "images" };

const COMPARE = /ceph auth get-key client\.nova; .*doctor rbd\.keyring/;
const MAKE = /^make it: ceph auth get client\.nova -o/;
const CLUSTER = /^check the cluster: ceph -s/;

/** For every recorded accident its code, what the message must tell, and the hint. */
const EXPECTED: Readonly<Record<string, readonly [ErrorCode, RegExp, RegExp]>> = {
  "a keyring that is none": ["permission_denied", /garbage\.keyring/, COMPARE],
  "a key that is not base64": ["permission_denied", /badbase64\.keyring/, COMPARE],
  "a key that is cut": ["permission_denied", /truncated\.keyring/, COMPARE],
  "a keyring without a key": ["permission_denied", /emptykey\.keyring/, COMPARE],
  "a keyring of another user": ["permission_denied", /handle_auth_bad_method/, COMPARE],
  "a wrong key": ["permission_denied", /handle_auth_bad_method/, COMPARE],
  "a user that was deleted": ["permission_denied", /handle_auth_bad_method/, COMPARE],
  "a malformed key in ceph.conf": ["permission_denied", /failed to decode key/, COMPARE],
  "a malformed keyfile": ["permission_denied", /failed to decode key/, COMPARE],
  "a keyring that is missing": ["permission_denied", /missing\.keyring/, MAKE],
  "a keyring that is a directory": ["permission_denied", /dir\.keyring/, /./],
  "a keyring that may not be read": [
    "permission_denied",
    /secret\.keyring/,
    /chgrp nova \/etc\/ceph\/secret\.keyring; chmod 640 \/etc\/ceph\/secret\.keyring$/,
  ],
  "a user without rights on the pool": [
    "permission_denied",
    /not permitted/,
    /osd 'profile rbd-read-only pool=images'$/,
  ],
  "a user without rights on the OSDs (Ceph 16)": [
    "permission_denied",
    /not permitted/,
    /osd 'profile rbd-read-only pool=images'$/,
  ],
  "data in another pool": [
    "permission_denied",
    /: client\.nova may not read the pool with the image's data$/,
    /^see data_pool in: rbd info images\/IMAGE; grant both: .*pool=images, .*pool=DATA_POOL'$/,
  ],
  "a user without rights on the OSDs (Ceph 18)": [
    "timeout",
    /timed out/,
    /ceph -s; .* ceph auth get client\.nova$/,
  ],
  "an OSD that is stopped": ["timeout", /timed out/, CLUSTER],
  "monitors that do not exist": ["timeout", /timed out/, /monitors .*: ceph -s; .*connect_timeout/],
  "an image that is missing": ["not_found", /error opening image/, /rbd ls -l images$/],
  "a pool that is missing": ["not_found", /error opening pool/, /rbd ls -l images$/],
  "a ceph.conf that is missing": ["config_invalid", /global_init/, /^check \/etc\/ceph/],
  "a ceph.conf that is none": ["config_invalid", /global_init/, /^check \/etc\/ceph/],
  "an option that rbd does not know": ["config_invalid", /unrecognised/, /^check \/etc\/ceph/],
  "a ceph.conf without monitors": ["config_invalid", /DNS SRV/, /^check mon_host/],
  "a monitor whose name does not resolve": [
    "config_invalid",
    /parse addrs/,
    /^check mon_host .* getent ahosts/,
  ],
};

/** A Ceph that does not know keys of this type repeats one; Ceph 20 tries it. */
const AES256K = "a key of type aes256k";

function failureOf(accident: string, release: string) {
  const [code = 0, said = ""] = recorded[accident as keyof typeof recorded][release as "16"];
  const status = { code: Number(code), signal: null };
  return rbdFailure("rbd export-diff", status, maskKeys(String(said)), caller);
}

for (const [accident, [code, telling, hint]] of Object.entries(EXPECTED)) {
  for (const release of ["16", "18", "20"]) {
    Deno.test(`rbdFailure() of Ceph ${release} calls ${accident} ${code}`, () => {
      const error = failureOf(accident, release);
      assertEquals([error.code, error.hints.length], [code, 1], error.message);
      assertMatch(error.message, telling);
      assertMatch(error.hints[0] ?? "", hint);
      assert(!/Try debugging|AQBx/.test(error.message), error.message);
    });
  }
}

Deno.test("rbdFailure() is tested with everything that was recorded", () => {
  assertEquals([...Object.keys(EXPECTED), AES256K].sort(), Object.keys(recorded).sort());
});

for (const release of ["16", "18"]) {
  Deno.test(`rbdFailure() of Ceph ${release} names a type of key that it does not know (rook/rook#18240)`, () => {
    const { code, hints, message } = failureOf(AES256K, release);
    assertEquals(code, "permission_denied");
    assertStringIncludes(message, "the key of client.nova is of type aes256k (CVE-2025-30156)");
    assertMatch(hints[0] ?? "", /19\.2\.6/);
  });
}

Deno.test("rbdFailure() reports a lasting time-out that is not retried", () => {
  const again = (accident: string) => waitBefore(0, failureOf(accident, "18"), () => 0);
  assertEquals(again("a user without rights on the OSDs (Ceph 18)"), undefined);
  assertEquals(typeof again("monitors that do not exist"), "number");
});

Deno.test("rbdFailure() reports a lost OSD as timeout, and an unknown failure as unavailable", () => {
  const codeOf = (code: number, text: string) =>
    rbdFailure("rbd export", { code, signal: null }, text, caller).code;
  assertEquals(codeOf(110, "rbd: export error: (110) Connection timed out"), "timeout");
  assertEquals(codeOf(2, "error setting snapshot context: (2) No such file"), "not_found");
  assertEquals(codeOf(95, "rbd: export error: (95) Operation not supported"), "source_unavailable");
});

// kubernetes/kubernetes#75588: a cluster without authentication, where the keyring is not the reason.
Deno.test("rbdFailure() does not name the keyring if rbd connected without one", () => {
  const log = "2026-11-29T18:19:54.579+0000 7f496df82380 -1 ";
  const warning = `${log}auth: unable to find a keyring on /k: (2) No such file or directory\n` +
    `${log}AuthRegistry(0x5652cfb1db78) no keyring found at /k, disabling cephx\n`;
  const codeOf = (code: number, text: string) =>
    rbdFailure("rbd export", { code, signal: null }, warning + text, caller).code;
  assertEquals(codeOf(2, "rbd: error opening image x: (2) No such file or directory"), "not_found");
  assertEquals(
    codeOf(2, "rbd: error opening pool 'p': (2) No such file or directory"),
    "not_found",
  );
  assertEquals(codeOf(1, "rbd: couldn't connect to the cluster!"), "permission_denied");
});

// wetopi/docker-volume-rbd#4: an image made by a newer Ceph than this client.
Deno.test("rbdFailure() recognises a client that is too old for an image", () => {
  const text = "2026-11-29T18:19:54.579+0000 7f496df82380 -1 librbd::image::RefreshRequest: " +
    "Image uses unsupported features: 512\nrbd: error opening image x: (38) Function not implemented";
  const error = rbdFailure("rbd export", { code: 38, signal: null }, text, caller);
  assertEquals(error.code, "source_unavailable");
  assertStringIncludes(error.message, "Image uses unsupported features: 512; rbd: error opening");
  assertMatch(error.hints[0] ?? "", /^upgrade ceph-common: .*rbd info images\/IMAGE$/);
});

Deno.test("rbdFailure() calls a killed child temporary and names the signal", () => {
  const error = rbdFailure("rbd export", { code: 137, signal: "SIGKILL" }, "", caller);
  assertEquals([error.code, error.message], ["temporary", "rbd export was ended by SIGKILL"]);
});
