import { assertEquals, assertThrows } from "@std/assert";
import type { OpenFile } from "@/context.ts";
import { denialOf, filesAs, type Right } from "@/doctor/files_as.ts";
import { ToolError } from "@/errors.ts";
import { ownedFiles } from "../../doubles/owned_files.ts";
import { report } from "./host.ts";

const NOVA = { name: "nova", uid: 64060, group: "nova", gids: [64060, 107] };

/** Owner and mode of a file, what nova wants of it, and whether it may. */
const RIGHTS: readonly (readonly [owned: string, right: Right, may: boolean])[] = [
  ["64060:0 400", "read", true],
  ["64060:0 044", "read", false],
  ["0:64060 640", "read", true],
  ["0:107 040", "read", true],
  ["0:107 604", "read", false],
  ["0:0 644", "read", true],
  ["0:0 640", "read", false],
  ["0:0 600", "read", false],
  ["0:64060 640", "write", false],
  ["0:64060 660", "write", true],
  ["64060:0 200", "write", true],
];

for (const [owned, right, may] of RIGHTS) {
  Deno.test(`denialOf() judges ${right} of ${owned} as the kernel does`, () => {
    const files = ownedFiles({ "/etc": ["0:0 755"], "/etc/key": [owned, ""] });
    assertEquals(denialOf(files, NOVA, "/etc/key", right) === undefined, may);
  });
}

Deno.test("denialOf() names the directory that keeps a user out", () => {
  const files = ownedFiles({
    "/etc": ["0:0 755"],
    "/etc/ceph": ["0:0 700"],
    "/etc/ceph/k": ["0:0 644", ""],
  });
  assertEquals(denialOf(files, NOVA, "/etc/ceph/k", "read")?.path, "/etc/ceph");
  assertEquals(denialOf(files, NOVA, "/etc/ceph/none", "read")?.right, "enter");
});

/** What each operation needs, and the message and the hint without it. */
const KEYRING = "/etc/ceph/ceph.client.nova.keyring";

Deno.test("filesAs() refuses to read what the user may not, and says what would let it", () => {
  const files = filesAs(
    ownedFiles({ "/etc": ["0:0 755"], "/etc/ceph": ["0:0 755"], [KEYRING]: ["0:0 600", "key"] }),
    NOVA,
  );
  const error = assertThrows(() => files.readText(KEYRING), ToolError);
  assertEquals(error.code, "permission_denied");
  assertEquals(
    error.message,
    `Cannot read '${KEYRING}' as nova (uid 64060): it belongs to 0:0, mode 0600`,
  );
  assertEquals(error.hints[0], `chgrp nova ${KEYRING} && chmod g+r ${KEYRING}`);
});

Deno.test("filesAs() refuses to make a file in a directory of others", () => {
  const files = filesAs(ownedFiles({ "/cache": ["0:0 755"] }), NOVA);
  const error = assertThrows(() => files.createNew("/cache/probe", 0o600), ToolError);
  assertEquals([error.code, error.hints[0]], ["cannot_create", "chown 64060:nova /cache"]);
});

Deno.test("filesAs() refuses to make a file where the user may write but not enter", () => {
  const files = filesAs(ownedFiles({ "/cache": ["64060:0 600"] }), NOVA);
  assertThrows(() => files.createNew("/cache/probe", 0o600), ToolError, "mode 0600");
});

Deno.test("filesAs() has a file that it made count as the user's: root's probe can be locked", async () => {
  const all = ownedFiles({ "/cache": ["64060:0 755"], "/cache/probe": ["0:0 600", ""] });
  const lock = { [Symbol.dispose]: () => {} };
  const made = {} as OpenFile;
  const files = filesAs(
    { ...all, createNew: () => made, tryLock: () => Promise.resolve(lock) },
    NOVA,
  );
  assertThrows(() => files.tryLock("/cache/probe"), ToolError, "Cannot lock");
  assertEquals(files.createNew("/cache/probe", 0o600), made);
  assertEquals(await files.tryLock("/cache/probe"), lock);
});

Deno.test("filesAs() refuses to list and lock what the user may not, but locks root's files that it may read", async () => {
  const owned = {
    "/c": ["0:0 711"],
    "/c/lock": ["0:0 600", ""],
    "/c/root": ["0:0 644", ""],
  } as const;
  const lock = { [Symbol.dispose]: () => {} };
  const files = filesAs({ ...ownedFiles(owned), tryLock: () => Promise.resolve(lock) }, NOVA);
  assertThrows(() => files.list("/c"), ToolError, "Cannot list '/c' as nova");
  assertThrows(() => files.tryLock("/c/lock"), ToolError, "Cannot lock '/c/lock' as nova");
  assertEquals(await files.tryLock("/c/root"), lock);
});

Deno.test("filesAs() refuses nothing that the user may do", () => {
  const files = filesAs(ownedFiles({ "/etc": ["0:0 755"], "/etc/k": ["0:107 640", "text"] }), NOVA);
  assertEquals(files.readText("/etc/k"), "text");
  assertEquals(files.stat("/etc/none"), undefined);
});

for (
  const [mode, status] of [["0:0 600", "failure"], ["0:64060 640", "ok"], [
    "64060:0 600",
    "ok",
  ]] as const
) {
  Deno.test(`doctor as root finds that nova may not read a keyring: ${mode} is ${status}`, async () => {
    const key = "[client.nova]\n\tkey = AQBtbwxrqwPwLxAAgJ7wFsvBjbJd7MKNv4Xg7g==\n";
    const files = filesAs(
      ownedFiles({
        "/etc": ["0:0 755"],
        "/etc/ceph": ["0:0 755"],
        "/etc/ceph/ceph.conf": [
          "0:0 644",
          "[global]\nfsid = 5e1ab0de-1ab0-4c3f-8d4e-0123456789ab\n",
        ],
        [KEYRING]: [mode, key],
      }),
      NOVA,
    );
    const found = await report("rbd.keyring", { files, uid: NOVA.uid });
    assertEquals(found.status, status, found.summary);
    assertEquals(found.summary.includes("as nova (uid 64060)"), status === "failure");
  });
}

for (const path of ["/etc/ceph/ceph.conf", "/etc/ceph"]) {
  Deno.test(`doctor as root finds that nova may not read '${path}'`, async () => {
    const closed = path === "/etc/ceph" ? "0:0 700" : "0:0 755";
    const conf = path === "/etc/ceph" ? "0:0 644" : "0:0 600";
    const files = filesAs(
      ownedFiles({
        "/etc": ["0:0 755"],
        "/etc/ceph": [closed],
        "/etc/ceph/ceph.conf": [conf, "[global]\n"],
      }),
      NOVA,
    );
    const { status, summary } = await report("rbd.conf", { files });
    assertEquals(status, "failure", summary);
  });
}

Deno.test("doctor as root finds a cache that nova may not write", async () => {
  const files = filesAs(
    ownedFiles({
      "/var": ["0:0 755"],
      "/var/lib": ["0:0 755"],
      "/var/lib/nova": ["0:0 755"],
      "/var/lib/nova/instances": ["0:0 755"],
      "/var/lib/nova/instances/_base": ["0:0 755"],
    }),
    NOVA,
  );
  const { status, hint } = await report("cache.directory", { files });
  assertEquals([status, hint], ["failure", "chown 64060:nova /var/lib/nova/instances/_base"]);
});
