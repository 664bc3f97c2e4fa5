import { assertEquals, assertMatch } from "@std/assert";
import { FSID, report, verdict } from "../host.ts";

const CONF = "/etc/ceph/ceph.conf";
const KEYRING = "/etc/ceph/ceph.client.nova.keyring";
const AES = "AQBtbwxrqwPwLxAAgJ7wFsvBjbJd7MKNv4Xg7g==";
const AES256K = "AgBtbwxr6GEgLCAAyIVxQsyP4rigg+norrQVeRkOl5X4Wzt9QtLtm9c49no=";
const HEAD = `[global]\nfsid = ${FSID}\n`;

const keyringOf = (key: string) => `[client.nova]\n\tkey = ${key}\n`;

/** A host with that keyring (`null` may not be read), and rbd of a release of Ceph, if any. */
function hostWith(keyring: string | null | undefined, release?: string, conf = HEAD) {
  const texts = {
    [CONF]: conf,
    ...keyring === undefined ? {} : { [KEYRING]: keyring },
    ...release === undefined ? {} : { "/usr/bin/rbd": "" },
  };
  return { texts, program: () => ({ stdout: `ceph version ${release} (6b0e) reef (stable)\n` }) };
}

Deno.test("rbd.keyring tells a missing, a closed and a foreign keyring apart", async () => {
  const of = async (keyring?: string | null) => await verdict("rbd.keyring", hostWith(keyring));
  assertMatch(await of(keyringOf(AES)), /^ok: uid \d+ can read .*, its key is of type aes$/);
  assertMatch(await of(null), /^failure: .*denied/);
  assertMatch(await of(""), /^failure: .*has no key of client\.nova/);
  assertMatch(await of(`[client]\n\tkey = ${AES}\n`), /^failure: .*has no key of client\.nova/);
  assertMatch(await of(), /^failure: client\.nova has no keyring/);
});

Deno.test("rbd.keyring finds a malformed key, and shows none of it", async () => {
  for (
    const key of ["", "AQBx!!notbase64", AES.slice(0, 28), `${AES.slice(0, 16)} ${AES.slice(16)}`]
  ) {
    const { hint, status, summary } = await report("rbd.keyring", hostWith(keyringOf(key)));
    assertEquals([status, hint], ["failure", "compare it with: ceph auth get-key client.nova"]);
    assertMatch(summary, /^the key of client\.nova in '.*keyring' is malformed: /);
    assertEquals(summary.includes("AQB"), false, summary);
  }
});

Deno.test("rbd.keyring reads a key that ceph.conf names itself", async () => {
  const inConf = `${HEAD}key = ${AES}\n`;
  assertMatch(
    await verdict("rbd.keyring", hostWith(undefined, "18.2.7", inConf)),
    /^ok: .*ceph\.conf/,
  );
  const inFile = `${HEAD}keyfile = ${KEYRING}\n`;
  assertMatch(await verdict("rbd.keyring", hostWith(`${AES}\n`, "18.2.7", inFile)), /^ok: /);
  assertMatch(
    await verdict("rbd.keyring", hostWith("garbage\n", "18.2.7", inFile)),
    /^failure: .* is malformed/,
  );
});

Deno.test("rbd.keyring compares the type of the key with the client (rook/rook#18240)", async () => {
  const of = async (release?: string) =>
    await report("rbd.keyring", hostWith(keyringOf(AES256K), release));
  for (const release of ["16.2.15", "18.2.7", "20.2.3"]) {
    const { hint, status, summary } = await of(release);
    assertEquals([status, hint], ["failure", "upgrade ceph-common to 19.2.6, 20.2.4 or newer"]);
    assertEquals(
      summary,
      `the key of client.nova in '${KEYRING}' is of type aes256k (CVE-2025-30156), which ` +
        `'/usr/bin/rbd' of ceph version ${release} does not know`,
    );
  }
  for (const release of ["20.2.4", undefined]) assertEquals((await of(release)).status, "ok");
});

Deno.test("rbd.keyring leaves a wrapper in rbd's place to its own keyring", async () => {
  const rbdProgram = "/usr/lib/glance-direct/rbd";
  assertMatch(
    await verdict("rbd.keyring", { ...hostWith(undefined), rbdProgram }),
    /^skipped: client\.nova has no keyring on this host, .* see rbd\.connect$/,
  );
});
