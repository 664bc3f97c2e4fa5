/**
 * Seals made and verified by the compiled program, with keys as OpenSSL makes them.
 *
 * @module
 */
import { join } from "node:path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { altered, dense, noise, sparse } from "@lab/embedded/content.ts";
import { PRIVATE_PEM, PUBLIC_PEM } from "../doubles/seals.ts";
import { Host } from "./host.ts";
import { failureOf, resultOf } from "./program.ts";

const CHUNK = 4 << 20;

/** A host that trusts the seals of one key, and where the pipeline has its private half. */
async function sealedHost(): Promise<Host & { readonly key: string }> {
  const host = new Host({ keystone: true });
  const key = join(host.lab.directory, "seal.pem");
  await Deno.writeTextFile(key, PRIVATE_PEM, { mode: 0o600 });
  await Deno.writeTextFile(`${key}.pub`, PUBLIC_PEM);
  const settings = `[glance_direct]\nseal_keys = ${key}.pub\n`;
  await Deno.writeTextFile(host.lab.novaConf, settings, { append: true });
  return Object.assign(host, { key });
}

Deno.test("fetch verifies what seal has published, from Ceph and over HTTP, with several threads", async () => {
  await using host = await sealedHost();
  const content = sparse(9 * CHUNK + 5, { 0: CHUNK, [5 * CHUNK + 100]: CHUNK });
  const { id } = host.lab.addImage({ content });
  const sealed = await host.run(["seal", id, "--key", host.key]);
  assertEquals([sealed.status, sealed.stderr], [0, ""]);
  for (const source of ["rbd", "glance"]) {
    const { verified } = resultOf(await host.run(["fetch", id, "--force", `--source=${source}`]));
    assertEquals([verified.hash?.origin, verified.hash?.seal?.chunks], ["seal", 10]);
  }
  const shown = await host.run(["show", id]);
  assertEquals(JSON.parse(shown.stdout).seal.chunks, 10);
});

Deno.test("fetch stops at a wrong chunk of a sealed image, and leaves nothing", async () => {
  await using host = await sealedHost();
  const content = dense(noise(100 << 20));
  const { id } = host.lab.addImage({ content, rbd: altered(content, CHUNK) });
  assertEquals((await host.run(["seal", id, "--key", host.key, "--source=glance"])).status, 0);
  const failed = failureOf(await host.run(["fetch", id, "--no-fallback"]), 65);
  assertEquals(failed.code, "digest_mismatch");
  assertStringIncludes(failed.message, `at offset ${CHUNK} `);
  const [attempt] = failed.attempts ?? [];
  assert((attempt?.bytes ?? Infinity) < 64 << 20, `${attempt?.bytes} bytes came`);
  host.assertNothingLeft();
});
