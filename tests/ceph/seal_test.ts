/**
 * Seals between real services: made by a pipeline, published in Glance, verified on hosts that have
 * only the public key. A seal never bypasses the hash.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { run } from "@lab/ceph/command.ts";
import { call } from "@lab/ceph/http.ts";
import { at, PORTS, url } from "@lab/ceph/layout.ts";
import { makeRaw } from "@lab/ceph/images.ts";
import { remove, type SeededRecord, upload } from "@lab/ceph/seed.ts";
import { altered, dense } from "@lab/embedded/content.ts";
import { ComputeHost } from "./compute_host.ts";
import { assertSameBytes } from "./content.ts";
import { doctor } from "./doctor_host.ts";
import { replaceData } from "./own_image.ts";
import { course, type Ended, failureOf, resultOf } from "./tool.ts";

const CHUNK = 4 << 20;
const SIZE = 6 * CHUNK + 12345;

/** Data at the beginning, across the border of two chunks, and at the end. */
const DATA = [[0, 9000], [3 * CHUNK - 50, 100], [SIZE - 300, 300]] as const;

const IMAGES = url(PORTS.glanceNoauth, "/v2/images");

/** A key, an image, and who may do what. */
class Ground implements AsyncDisposable {
  readonly id = crypto.randomUUID();
  readonly path = at("images", `sealed-${this.id}.raw`);
  readonly #keys: string;
  record!: SeededRecord;

  private constructor(keys: string) {
    this.#keys = keys;
  }

  static async make(data: readonly (readonly [number, number])[] = DATA): Promise<Ground> {
    const ground = new Ground(await Deno.makeTempDir({ prefix: "glance-direct-seals-" }));
    for (const name of ["ours", "theirs"]) {
      await run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", ground.privateKey(name)]);
      await run([
        ..."openssl pkey -pubout -in".split(" "),
        ground.privateKey(name),
        "-out",
        ground.publicKey(name),
      ]);
    }
    await makeRaw(ground.path, SIZE, data);
    const seed = { id: ground.id, name: "sealed", diskFormat: "raw", path: ground.path };
    ground.record = await upload(seed);
    return ground;
  }

  privateKey(name: string): string {
    return `${this.#keys}/${name}.pem`;
  }

  publicKey(name: string): string {
    return `${this.#keys}/${name}.pub.pem`;
  }

  /** Settings of a host that trusts a key, and nothing else. */
  trusting(name: string): string {
    return `[glance_direct]\nseal_keys = ${this.publicKey(name)}\nseal_dir = ${this.#keys}\n`;
  }

  /** Path of the seal that this host has of its own. */
  get file(): string {
    return `${this.#keys}/${this.id}.seal`;
  }

  /** Seals the image as an administrator. */
  async seal(...flags: readonly string[]): Promise<Ended> {
    await using pipeline = await ComputeHost.make();
    const words = ["seal", this.id, "--key", this.privateKey("ours"), ...flags];
    return await pipeline.start({}, ...words).ended;
  }

  /** Id of the hidden image with the seal. */
  async hidden(): Promise<string | undefined> {
    const { body } = await call("GET", `${IMAGES}/${this.id}`);
    return JSON.parse(body).glance_direct_seal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const hidden = await this.hidden();
    if (hidden !== undefined) await remove(hidden);
    await remove(this.id);
    await Deno.remove(this.path);
    await Deno.remove(this.#keys, { recursive: true });
  }
}

/** Ends in the hash over the whole image, with one warning about the seal. */
async function assertUnsealed(ground: Ground, reason: RegExp, key = "ours"): Promise<void> {
  await using host = await ComputeHost.make({ more: ground.trusting(key) });
  const ended = await host.fetch(ground.id);
  assertEquals(resultOf(ended).verified.hash?.origin, "os_hash_value");
  const warnings = ended.stderr.split("\n").filter((line) => line.includes("seal"));
  assertEquals(warnings.length, 1, ended.stderr);
  assertMatch(warnings[0] ?? "", reason);
}

for (const source of ["rbd", "glance"]) {
  Deno.test(`fetch by ${source} verifies a published seal with only the public key`, async () => {
    await using ground = await Ground.make();
    const sealed = await ground.seal();
    assertEquals(sealed.status, 0, sealed.stderr);
    assertEquals(JSON.parse(sealed.stdout).published, await ground.hidden());
    await using host = await ComputeHost.make({ more: ground.trusting("ours") });
    const { verified } = resultOf(await host.fetch(ground.id, `--source=${source}`));
    assertEquals(verified.hash, {
      algorithm: "sha512",
      value: ground.record.os_hash_value,
      origin: "seal",
      seal: { key: JSON.parse(sealed.stdout).seal.key, chunks: 7 },
    });
    await assertSameBytes(host.base(ground.id), ground.path);
    const verify = resultOf(await host.start({}, "verify", ground.id).ended);
    assertEquals(verify.verified.hash?.origin, "seal");
  });
}

Deno.test("seal publishes a hidden image, and replaces it by a new one", async () => {
  await using ground = await Ground.make();
  const ids: (string | undefined)[] = [];
  for (let round = 0; round < 2; round++) {
    assertEquals((await ground.seal()).status, 0);
    ids.push(await ground.hidden());
  }
  const named = `${IMAGES}?name=${ground.id}.seal`;
  const seen = JSON.parse((await call("GET", named)).body).images;
  const hidden = JSON.parse((await call("GET", `${named}&os_hidden=true`)).body).images;
  assertEquals([seen, hidden.map(({ id }: { id: string }) => id)], [[], [ids[1]]]);
  assert(ids[0] !== ids[1]);
  assertEquals(hidden[0].visibility, "public");
});

Deno.test("a seal of a key that is not trusted, altered, deactivated or gone ends in the full hash", async () => {
  await using ground = await Ground.make();
  await ground.seal("-o", ground.file.replace(/\/[^/]*$/, ""));
  const text = await Deno.readTextFile(ground.file);
  await assertUnsealed(ground, /it is signed by .*, expected one of/, "theirs");
  await Deno.writeTextFile(ground.file, text.replace(/"sig":"..../, '"sig":"AAAA'));
  await assertUnsealed(ground, /its signature does not match/);
  await Deno.writeTextFile(ground.file, text.slice(0, -40));
  await assertUnsealed(ground, /it is not JSON/);
  await Deno.remove(ground.file);
  await ground.seal();
  const hidden = (await ground.hidden())!;
  await call("POST", `${IMAGES}/${hidden}/actions/deactivate`);
  await assertUnsealed(ground, /is 'deactivated', expected 'active'/);
  await remove(hidden);
  await assertUnsealed(ground, /404/);
});

Deno.test("a seal of other data under the same name has an older hash", async () => {
  await using former = await Ground.make();
  await former.seal("-o", former.file.replace(/\/[^/]*$/, ""));
  await using ground = await Ground.make([[0, 100]]);
  await Deno.copyFile(former.file, ground.file);
  await Deno.copyFile(former.publicKey("ours"), ground.publicKey("ours"));
  await assertUnsealed(ground, new RegExp(`it is for the image "${former.id}"`));
});

Deno.test("fetch finds the chunk that is wrong in the pool, by rbd and over HTTP", async () => {
  await using ground = await Ground.make([[0, SIZE]]);
  assertEquals((await ground.seal()).status, 0);
  const content = dense(await Deno.readFile(ground.path) as Uint8Array<ArrayBuffer>);
  await replaceData(ground.id, altered(content, 2 * CHUNK + 7));
  await using host = await ComputeHost.make({ more: ground.trusting("ours") });
  const { attempts = [], exit_status: status } = failureOf(await host.fetch(ground.id));
  assertEquals(status, 65);
  assertEquals(course(attempts), ["rbd failed digest_mismatch", "glance failed digest_mismatch"]);
  for (const { message } of attempts) assertMatch(message ?? "", /at offset 8388608 /);
  await host.assertLeft(ground.id, "nothing");
});

Deno.test("doctor seals.valid warns of seals that this host does not trust", async () => {
  await using ground = await Ground.make();
  assertEquals((await ground.seal()).status, 0);
  for (const [key, status] of [["ours", "ok"], ["theirs", "warning"]] as const) {
    const { reports } = await doctor(["seals.keys", "seals.valid"], {
      options: { more: ground.trusting(key) },
    });
    assertEquals(reports.map((report) => report.status), ["ok", status], JSON.stringify(reports));
  }
});
