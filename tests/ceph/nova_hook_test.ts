/**
 * nova-compute's own way to a disk, in the real nova: with the hook it ends with the same files, a bad
 * image ends the build, and whatever is wrong with the program itself leaves nova as it was.
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
async function assertSameBase(image: TestImage, options: NovaOptions) {
  await using own = await NovaCompute.make(options);
  await using hooked = await NovaCompute.make(options);
  const [expected, base] = [own.base(image.id), hooked.base(image.id)];
  const without = await own.makeDisk(image.id, { hook: false });
  assertEquals([without.raised, without.backing], [null, expected]);
  const made = await hooked.makeDisk(image.id, { hook: true });
  assertEquals([made.raised, made.backing], [null, base]);
  assertMatch(made.log.join("\n"), /INFO glance-direct fetched image .* from rbd in /);
  await assertSameBytes(base, expected);
  await assertAsSparse(base, expected);
  const [{ mode, uid, gid }, there] = [await Deno.stat(base), await Deno.stat(expected)];
  assertEquals({ mode, uid, gid }, { mode: there.mode, uid: there.uid, gid: there.gid });
  await hooked.assertLeft(image.id, "the image");
}

Deno.test("nova makes the same base of a raw image through the hook", async () => {
  await using image = await ownImage();
  await assertSameBase({ ...image, name: "own", diskFormat: "raw" }, { forceRaw: true });
});

for (const forceRaw of [true, false]) {
  const how = forceRaw ? "converted to raw" : "as it is";
  Deno.test(`nova makes the same base of a qcow2 image through the hook, ${how}`, async () => {
    await upload(QCOW2);
    await assertSameBase(QCOW2, { forceRaw });
  });
}

Deno.test("nova gives a build up when the hook meets an altered image, and has no base of it", async () => {
  await using image = await ownImage();
  await overwrite(image.id, 9_000_000, new Uint8Array(512).fill(7));
  await using host = await NovaCompute.make();
  const { raised, log } = await host.makeDisk(image.id, { hook: true });
  assertMatch(raised ?? "", /^nova\.exception\.ImageUnacceptable: .*sha512 .*digest_mismatch/s);
  assertEquals(log.filter((line) => line.startsWith("WARNING")), []);
  await host.assertLeft(image.id, "nothing");
});

Deno.test("nova finds no image that Glance does not have, through the hook as without it", async () => {
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
  Deno.test(`nova downloads itself when the program ${what}`, async () => {
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
