/**
 * How nova-compute gets a disk, in the real nova: the hook leads to the same files, a bad image
 * ends the build, and a fault of the program itself changes nothing for nova.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { overwrite } from "@lab/ceph/damage.ts";
import { makeImages, QCOW2, type TestImage } from "@lab/ceph/images.ts";
import type { NovaOptions } from "@lab/ceph/nova_conf.ts";
import { upload } from "@lab/ceph/seed.ts";
import { assertAsSparse, assertSameBytes } from "./content.ts";
import { NovaCompute } from "./nova_compute.ts";
import { ownImage } from "./own_image.ts";

Deno.test.beforeAll(makeImages);

/** Asserts that the hook's base file is the one that nova makes itself. */
async function assertSameBase(image: TestImage, options: NovaOptions, threads = false) {
  await using own = await NovaCompute.make(options);
  await using hooked = await NovaCompute.make(options);
  const [expected, base] = [own.base(image.id), hooked.base(image.id)];
  const without = await own.makeDisk(image.id, { hook: false, threads });
  assertEquals([without.raised, without.backing], [null, expected]);
  const made = await hooked.makeDisk(image.id, { hook: true, threads });
  assertEquals([made.raised, made.backing], [null, base]);
  assertMatch(made.log.join("\n"), /INFO glance-direct fetched image .* from rbd in /);
  await assertSameBytes(base, expected);
  await assertAsSparse(base, expected);
  const [{ mode, uid, gid }, there] = [await Deno.stat(base), await Deno.stat(expected)];
  assertEquals({ mode, uid, gid }, { mode: there.mode, uid: there.uid, gid: there.gid });
  await hooked.assertLeft(image.id, "the image");
}

for (const threads of [false, true]) {
  const how = threads ? "native threads" : "eventlet";
  Deno.test(`nova makes the same base of a raw image through the hook, under ${how}`, async () => {
    await using image = await ownImage();
    const raw = { ...image, name: "own", diskFormat: "raw" } as const;
    await assertSameBase(raw, { forceRaw: true }, threads);
  });
}

for (const forceRaw of [true, false]) {
  const how = forceRaw ? "converted to raw" : "as it is";
  Deno.test(`nova makes the same base of a qcow2 image through the hook, ${how}`, async () => {
    await upload(QCOW2);
    await assertSameBase(QCOW2, { forceRaw });
  });
}

Deno.test("nova aborts a build when the hook finds an altered image, and no base of it remains", async () => {
  await using image = await ownImage();
  await overwrite(image.id, 9_000_000, new Uint8Array(512).fill(7));
  await using host = await NovaCompute.make();
  const { raised, log } = await host.makeDisk(image.id, { hook: true });
  assertMatch(raised ?? "", /^nova\.exception\.ImageUnacceptable: .*sha512 .*digest_mismatch/s);
  assertEquals(log.filter((line) => line.startsWith("WARNING")), []);
  await host.assertLeft(image.id, "nothing");
});

Deno.test("nova reports an image that Glance does not have as not found, through the hook as without it", async () => {
  await using host = await NovaCompute.make();
  const id = crypto.randomUUID();
  const { raised } = await host.makeDisk(id, { hook: true });
  assertEquals(raised, `nova.exception.ImageNotFound: Image ${id} could not be found.`);
  await host.assertLeft(id, "nothing");
});

/** What is wrong with the program, and what nova's warning says. */
const BROKEN = [
  ["is missing", undefined, "No such file"],
  ["crashes", "head -c 1000 /dev/zero > '%path%'; kill -9 $$", "ended by signal 9"],
  ["hangs", "exec sleep 600", "did not end within 2 s"],
  ["is something else", "exec true", "without a result"],
] as const;

for (const [what, text, reason] of BROKEN) {
  Deno.test(`nova falls back to its own download when the program ${what}`, async () => {
    await using image = await ownImage();
    await using host = await NovaCompute.make();
    const part = `${host.base(image.id)}.part`;
    const program = text === undefined
      ? "/nowhere/glance-direct"
      : await host.script(text.replace("%path%", part));
    const made = await host.makeDisk(image.id, { hook: true, program, timeout: 2 });
    assertEquals([made.raised, made.backing], [null, host.base(image.id)]);
    const warnings = made.log.filter((line) => line.startsWith("WARNING"));
    assertEquals(warnings.length, 1, made.log.join("\n"));
    assertStringIncludes(warnings[0] ?? "", reason);
    await assertSameBytes(host.base(image.id), image.path);
    await host.assertLeft(image.id, "the image");
  });
}
