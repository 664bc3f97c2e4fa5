import { assertEquals, assertMatch } from "@std/assert";
import { DIRECT, FSID, report, verdict } from "../host.ts";

const CONF = "/etc/ceph/ceph.conf";
const KEYRING = "/etc/ceph/ceph.client.nova.keyring";
const PROGRAM = { "/usr/bin/rbd": "" };
const TEXTS = { [CONF]: `[global]\nfsid = ${FSID}\n`, [KEYRING]: "[client.nova]\n" };
const LOCATION = `rbd://${FSID}/images/a1/snap`;
const POOL = `${DIRECT}rbd_pool = images\nrbd_connect_timeout = 7\n`;

for (const id of ["rbd.program", "rbd.conf", "rbd.keyring", "rbd.connect", "rbd.read"]) {
  Deno.test(`${id} is skipped where the direct path is off`, async () => {
    const off = "skipped: The direct path is off: see nova.direct_path";
    assertEquals(await verdict(id, { conf: "" }), off);
  });
}

Deno.test("rbd.program reports the version", async () => {
  const program = () => ({ stdout: "ceph version 18.2.0\n" });
  assertEquals(
    await verdict("rbd.program", { texts: PROGRAM, program }),
    "ok: '/usr/bin/rbd' is ceph version 18.2.0",
  );
});

Deno.test("rbd.program fails when it is not there and when it does not run", async () => {
  assertMatch(
    await verdict("rbd.program"),
    /^failure: Cannot run '\/usr\/bin\/rbd': it is not installed$/,
  );
  const program = () => ({ code: 127, stderr: "librbd.so.1: cannot open" });
  assertMatch(
    await verdict("rbd.program", { texts: PROGRAM, program }),
    /^failure: .*exited with 127: librbd/,
  );
});

Deno.test("rbd.conf warns of a ceph.conf without an fsid", async () => {
  assertMatch(await verdict("rbd.conf", { texts: TEXTS }), /^ok: .* is of cluster 5e1ab0de/);
  assertMatch(await verdict("rbd.conf", { texts: { [CONF]: "" } }), /^warning: .* has no fsid/);
});

Deno.test("rbd.conf fails without a ceph.conf", async () => {
  assertMatch(await verdict("rbd.conf"), /^failure: Cannot read '\/etc\/ceph\/ceph\.conf'/);
});

Deno.test("rbd.connect lists the pool within the configured time", async () => {
  const seen: string[] = [];
  const program = (argv: readonly string[]) => (seen.push(...argv), {});
  const summary = await verdict("rbd.connect", { conf: POOL, texts: TEXTS, program });
  assertEquals(summary, "ok: client.nova can list the pool 'images'");
  assertEquals(seen.slice(0, 6), [
    "/usr/bin/rbd",
    "ls",
    `--conf=${CONF}`,
    "--id=nova",
    "--pool=images",
    "--client_mount_timeout=7",
  ]);
});

Deno.test("rbd.connect and rbd.read say that rbd ran as root where they judge for nova's user", async () => {
  const host = { conf: POOL, texts: TEXTS, locations: [LOCATION], serviceUser: "nova" };
  for (const id of ["rbd.connect", "rbd.read"]) {
    assertMatch(await verdict(id, host), /^ok: client\.nova can .*; rbd ran as root, not as nova$/);
  }
});

Deno.test("rbd.connect tells a lack of rights with the command that grants them", async () => {
  const program = () => ({ code: 1, stderr: "rbd: error: (1) Operation not permitted" });
  const { status, hint } = await report("rbd.connect", { conf: POOL, texts: TEXTS, program });
  assertEquals(status, "failure");
  assertMatch(hint ?? "", /ceph auth caps client\.nova/);
});

Deno.test("rbd.connect needs a pool, and finds it in a location", async () => {
  assertMatch(await verdict("rbd.connect", { texts: TEXTS }), /^skipped: No pool is known/);
  const host = { texts: TEXTS, locations: [LOCATION] };
  assertMatch(await verdict("rbd.connect", host), /^ok: .* 'images'$/);
});

Deno.test("rbd.read opens the snapshot of a known cluster", async () => {
  const foreign = LOCATION.replace(FSID, "00000000-0000-4000-8000-000000000000");
  const seen: string[] = [];
  const program = (argv: readonly string[]) => (seen.push(...argv), {});
  const host = { texts: TEXTS, locations: [foreign, LOCATION], program };
  assertEquals(await verdict("rbd.read", host), "ok: client.nova can open images/a1@snap");
  assertEquals(seen.slice(1, 4), ["info", "--image=a1", "--snap=snap"]);
  assertMatch(await verdict("rbd.read", { ...host, locations: [foreign] }), /^skipped: No image/);
});

Deno.test("rbd.read looks into the pool with the image's data, too", async () => {
  const refused = { code: 1, stderr: "rbd: listing images failed: (1) Operation not permitted" };
  const program = ([, command]: readonly string[]) =>
    command === "info" ? { stdout: "rbd image 'a1':\n\tdata_pool: cold\n" } : refused;
  const host = { texts: TEXTS, locations: [LOCATION], program };
  const { hint, status, summary } = await report("rbd.read", host);
  assertEquals(status, "warning");
  assertMatch(summary, /can open images\/a1@snap, but not list the pool 'cold'/);
  assertMatch(hint ?? "", /^grant both: .*pool=images, profile rbd-read-only pool=cold'$/);
  const readable = ([, command]: readonly string[]) =>
    command === "info" ? program(["", "info"]) : {};
  assertMatch(await verdict("rbd.read", { ...host, program: readable }), /^ok: /);
});
