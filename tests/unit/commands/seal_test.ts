import { join } from "node:path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { altered, dense, type ImageContent, noise, sparse } from "@lab/embedded/content.ts";
import { type Lab, startLab } from "@lab/embedded/lab.ts";
import { parseImageRecord } from "@/openstack/glance/image.ts";
import { CHUNK_SIZE } from "@/seals/chunks.ts";
import { readPublicKey } from "@/seals/key.ts";
import { openSeal } from "@/seals/seal.ts";
import { OTHER_PUBLIC_PEM, PUBLIC_PEM, sealedImage, sealOf } from "../../doubles/seals.ts";
import { SealedHost, sealWarnings } from "../../doubles/sealed_host.ts";

const KEY = readPublicKey(PUBLIC_PEM);
const CONTENT = sparse(5 * CHUNK_SIZE + 100, { 0: 9000, [3 * CHUNK_SIZE - 7]: 20 });

const recordOf = (lab: Lab, id: string) =>
  parseImageRecord(lab.glance.image(id)!.record({
    showDirectUrl: true,
    showMultipleLocations: false,
    store: null,
  }));

const trusted = (lab: Lab, id: string) => {
  const { data } = lab.glance.image(recordOf(lab, id).properties.glance_direct_seal ?? "")!;
  const text = new TextDecoder().decode(data?.extents[0]?.bytes);
  return openSeal(text, sealedImage(recordOf(lab, id)), [KEY]);
};

/** Seals, fetches from each source, and gives how the bytes were verified. */
async function throughBoth(content: ImageContent): Promise<void> {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const { id } = lab.addImage({ content });
  const sealed = await host.pipeline("seal", id, "--key", host.privateKey);
  assertEquals([sealed.status, sealed.err], [0, ""]);
  const { seal, verified } = JSON.parse(sealed.out);
  const chunks = Math.ceil(content.size / CHUNK_SIZE);
  assertEquals([seal.key, seal.chunks, verified.hash.origin], [KEY.id, chunks, "os_hash_value"]);
  for (const source of ["rbd", "glance"]) {
    const fetched = await host.run("fetch", id, "--source", source, "--force");
    assertEquals([fetched.status, fetched.err], [0, ""]);
    const { verified, path } = JSON.parse(fetched.out);
    assertEquals(verified.hash, {
      algorithm: "sha512",
      value: recordOf(lab, id).hash?.value,
      origin: "seal",
      seal: { key: KEY.id, chunks },
    });
    assertEquals((await Deno.stat(path)).size, content.size);
  }
  const cached = await host.run("verify", id);
  assertEquals([cached.status, JSON.parse(cached.out).verified.hash.origin], [0, "seal"]);
}

Deno.test("seal: what it publishes is verified by chunks from Ceph, over HTTP and in the cache", async () => {
  await throughBoth(CONTENT);
});

Deno.test("seal: an image smaller than a chunk, and one of a chunk and a byte", async () => {
  await throughBoth(dense(noise(17)));
  await throughBoth(dense(noise(CHUNK_SIZE + 1)));
});

Deno.test("seal: an image without a byte", async () => {
  await throughBoth(dense(new Uint8Array()));
});

Deno.test("seal: publishes a hidden image as visible as its own, and removes the one before", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const { id } = lab.addImage({ content: CONTENT, record: { visibility: "community" } });
  const ids: string[] = [];
  for (let round = 0; round < 2; round++) {
    const { status, out } = await host.pipeline("seal", id, "--key", host.privateKey);
    assertEquals(status, 0);
    ids.push(JSON.parse(out).published);
    assertEquals(recordOf(lab, id).properties.glance_direct_seal, ids[round]);
    assertEquals((await trusted(lab, id)).key, KEY.id);
  }
  assertEquals(lab.glance.image(ids[0]!), undefined);
  const { name, os_hidden, visibility } = lab.glance.image(ids[1]!)!.record({
    showDirectUrl: false,
    showMultipleLocations: false,
    store: null,
  });
  assertEquals([name, os_hidden, visibility], [`${id}.seal`, true, "community"]);
});

Deno.test("seal -o: writes a file that seal_dir gives, and publishes nothing", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const { id } = lab.addImage({ content: CONTENT });
  const sealed = await host.pipeline("seal", id, "--key", host.privateKey, "-o", host.sealDir);
  assertEquals([sealed.status, JSON.parse(sealed.out).published], [0, null]);
  const path = join(host.sealDir, `${id}.seal`);
  assertEquals(JSON.parse(sealed.out).path, path);
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o644);
  const names = await Array.fromAsync(Deno.readDir(host.sealDir), ({ name }) => name);
  assertEquals(names, [`${id}.seal`]);
  assert(!lab.glance.server.requests.some(({ method }) => method !== "GET"));
  const { out } = await host.run("fetch", id);
  assertEquals(JSON.parse(out).verified.hash.origin, "seal");
});

Deno.test("seal: signs nothing that does not match the record", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const wrong = altered(CONTENT, 5);
  const { id } = lab.addImage({ content: CONTENT, data: wrong, rbd: wrong });
  const sealed = await host.pipeline("seal", id, "--key", host.privateKey);
  assertEquals([sealed.status, JSON.parse(sealed.err.split("\n").at(-2)!).code], [
    65,
    "digest_mismatch",
  ]);
  assert(!lab.glance.server.requests.some(({ method }) => method !== "GET"));
});

Deno.test("seal: an invalid key is refused before any request, and is not printed", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const sealed = await host.pipeline("seal", "any", "--key", host.publicKey);
  assertEquals(sealed.status, 64);
  assertStringIncludes(sealed.err, "it has 'PUBLIC KEY', expected 'PRIVATE KEY'");
  // A command that names the file again would overwrite it.
  assertEquals(sealed.err.includes(`-out ${host.publicKey}`), false);
  assertEquals(lab.glance.server.requests.length, 0);
});

Deno.test("seal: without permission to publish it suggests -o, and leaves nothing", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const { id } = lab.addImage({ content: CONTENT });
  lab.glance.server.setFault("/v2/images", { kind: "status", status: 403 });
  const sealed = await host.pipeline("seal", id, "--key", host.privateKey);
  assertEquals(sealed.status, 77);
  assertStringIncludes(sealed.err, `--key KEY.pem -o DIR`);
  assertEquals(recordOf(lab, id).properties.glance_direct_seal, undefined);
});

/** Ways to have no usable seal; each ends in the full hash and one warning. */
const USELESS: Readonly<Record<string, (lab: Lab, id: string) => Promise<void>>> = {
  "an altered seal": async (lab, id) => {
    const text = await sealOf(sealedImage(recordOf(lab, id)), CONTENT);
    publish(lab, id, text.replace(/"sig":"..../, '"sig":"AAAA'));
  },
  "a seal that is cut": async (lab, id) => {
    const text = await sealOf(sealedImage(recordOf(lab, id)), CONTENT);
    publish(lab, id, text.slice(0, text.length / 2));
  },
  "the seal of another image": async (lab, id) => {
    const other = { ...sealedImage(recordOf(lab, id)), id: crypto.randomUUID() };
    publish(lab, id, await sealOf(other, CONTENT));
  },
  "the seal of an older hash": async (lab, id) => {
    const image = sealedImage(recordOf(lab, id));
    const older = { ...image, hash: { ...image.hash, value: "ab".repeat(64) } };
    publish(lab, id, await sealOf(older, CONTENT));
  },
  "a seal of a billion chunks": async (lab, id) => {
    const vast = { size: CHUNK_SIZE * 1e9, digests: new Uint8Array() };
    publish(lab, id, await sealOf(sealedImage(recordOf(lab, id)), CONTENT, vast));
  },
  "a seal that is far too long": (lab, id) => {
    publish(lab, id, " ".repeat(1 << 20));
    return Promise.resolve();
  },
  "a seal that is deactivated": async (lab, id) => {
    const text = await sealOf(sealedImage(recordOf(lab, id)), CONTENT);
    lab.glance.image(publish(lab, id, text))!.status = "deactivated";
  },
  "a seal that is gone": async (lab, id) => {
    const text = await sealOf(sealedImage(recordOf(lab, id)), CONTENT);
    lab.glance.delete(publish(lab, id, text));
  },
  "a property that names no image": (lab, id) => {
    name(lab, id, "../../../etc/passwd");
    return Promise.resolve();
  },
};

function publish(lab: Lab, id: string, text: string): string {
  const content = dense(new TextEncoder().encode(text));
  const hidden = lab.glance.add({ name: `${id}.seal`, content, record: { os_hidden: true } });
  name(lab, id, hidden.id);
  return hidden.id;
}

function name(lab: Lab, id: string, seal: string): void {
  const { options } = lab.glance.image(id)!;
  lab.glance.add({ ...options, id, properties: { glance_direct_seal: seal } });
}

for (const [what, arrange] of Object.entries(USELESS)) {
  Deno.test(`fetch: ${what} is one warning, and the hash over the whole image`, async () => {
    await using lab = startLab();
    const host = new SealedHost(lab);
    const { id } = lab.addImage({ content: CONTENT });
    await arrange(lab, id);
    const fetched = await host.run("fetch", id);
    assertEquals(fetched.status, 0);
    assertEquals(JSON.parse(fetched.out).verified.hash.origin, "os_hash_value");
    assertEquals(sealWarnings(fetched).length, 1, fetched.err);
  });
}

Deno.test("fetch: a seal of a key that is not trusted is one warning, and the full hash", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab, OTHER_PUBLIC_PEM);
  const { id } = lab.addImage({ content: CONTENT });
  await host.pipeline("seal", id, "--key", host.privateKey);
  const fetched = await host.run("fetch", id);
  assertEquals(JSON.parse(fetched.out).verified.hash.origin, "os_hash_value");
  assertEquals(sealWarnings(fetched).length, 1);
  assertStringIncludes(fetched.err, `expected one of "${readPublicKey(OTHER_PUBLIC_PEM).id}"`);
});

Deno.test("fetch: without keys it looks for no seals; without a seal it does not warn", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const { id } = lab.addImage({ content: CONTENT });
  const unsealed = await host.run("fetch", id);
  assertEquals([unsealed.err, JSON.parse(unsealed.out).verified.hash.origin], [
    "",
    "os_hash_value",
  ]);
  await host.pipeline("seal", id, "--key", host.privateKey);
  const hidden = recordOf(lab, id).properties.glance_direct_seal!;
  const keyless = await host.pipeline("fetch", id, "--force");
  assertEquals(JSON.parse(keyless.out).verified.hash.origin, "os_hash_value");
  const asked = lab.glance.server.requestsFor(lab.glance.filePath(hidden));
  assertEquals(asked.map(({ method }) => method), ["PUT"]);
});

Deno.test("fetch: a wrong chunk is found by its offset, long before the end, and another source serves", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const content = dense(noise(96 << 20));
  const { id } = lab.addImage({ content, rbd: altered(content, 2 * CHUNK_SIZE + 1) });
  await host.pipeline("seal", id, "--key", host.privateKey, "--source", "glance");
  const fetched = await host.run("fetch", id);
  assertEquals(fetched.status, 0);
  const { attempts, source, verified } = JSON.parse(fetched.out);
  assertEquals([source, verified.hash.origin], ["glance", "seal"]);
  assertEquals([attempts[0].source, attempts[0].code], ["rbd", "digest_mismatch"]);
  assertStringIncludes(attempts[0].message, `at offset ${2 * CHUNK_SIZE} are sha256`);
  assert(attempts[0].bytes < 64 << 20, `${attempts[0].bytes} bytes came`);
});

Deno.test("fetch: a hole where the seal has data, and data where it has a hole", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const other = sparse(CONTENT.size, { 0: 9000, [4 * CHUNK_SIZE]: 1 });
  for (const [content, rbd] of [[CONTENT, other], [other, CONTENT]] as const) {
    const { id } = lab.addImage({ content, rbd });
    await host.pipeline("seal", id, "--key", host.privateKey, "--source", "glance");
    const { out, status } = await host.run("fetch", id);
    assertEquals([status, JSON.parse(out).attempts[0].code], [0, "digest_mismatch"]);
    assertStringIncludes(JSON.parse(out).attempts[0].message, "all zero");
  }
});

Deno.test("verify and cache verify: name every wrong place of a sealed image", async () => {
  await using lab = startLab();
  const host = new SealedHost(lab);
  const { id } = lab.addImage({ content: CONTENT });
  await host.pipeline("seal", id, "--key", host.privateKey);
  const { path } = JSON.parse((await host.run("fetch", id)).out);
  using file = await Deno.open(path, { write: true });
  for (const offset of [1, 4 * CHUNK_SIZE + 9]) {
    await file.seek(offset, Deno.SeekMode.Start);
    await file.write(Uint8Array.of(0xa5));
  }
  const wanted =
    `2 of 6 chunks (${CHUNK_SIZE} bytes each) differ from its seal, at the offsets 0, ${
      4 * CHUNK_SIZE
    }`;
  const verified = await host.run("verify", id);
  assertEquals(verified.status, 65);
  assertStringIncludes(verified.err, wanted);
  const [row] = JSON.parse((await host.run("cache", "verify")).out);
  assertStringIncludes(row.message, wanted);
});
