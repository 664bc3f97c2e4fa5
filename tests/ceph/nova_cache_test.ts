/**
 * nova's image cache filled by this program and by the real nova, one after the other and at the
 * same time, and nova's cache manager that cleans up after both.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { temporaryPath } from "@/cache/paths.ts";
import { makeImages, QCOW2 } from "@lab/ceph/images.ts";
import { upload } from "@lab/ceph/seed.ts";
import { assertAsSparse, assertSameBytes } from "./content.ts";
import { NovaCompute } from "./nova_compute.ts";
import { requestsDuring } from "./glance_log.ts";
import { ownImage } from "./own_image.ts";
import { resultOf, start } from "./tool.ts";

const DAY = 86_400_000;

/** Fills the host's cache with an image, ahead of nova. */
async function prefetch(host: NovaCompute, id: string) {
  return resultOf(await start(["prefetch", id, "--config-file", host.conf, "-f", "json"]).ended);
}

/** Makes a file as old as it says, in days. */
async function age(path: string, days: number): Promise<void> {
  const time = new Date(Date.now() - days * DAY);
  await Deno.utime(path, time, time);
}

for (const hook of [true, false]) {
  const how = hook ? "with the hook" : "as it is installed";
  Deno.test(`nova asks Glance for nothing when the image is in the cache already, ${how}`, async () => {
    await using image = await ownImage();
    await using host = await NovaCompute.make();
    await prefetch(host, image.id);
    const { ino } = await Deno.stat(host.base(image.id));
    const asked = await requestsDuring(async () => {
      const made = await host.makeDisk(image.id, { hook });
      assertEquals([made.raised, made.backing, made.log], [null, host.base(image.id), []]);
    });
    assertEquals(asked, []);
    assertEquals((await Deno.stat(host.base(image.id))).ino, ino);
  });

  Deno.test(`nova asks Glance when the image is not in the cache, ${how}`, async () => {
    await using image = await ownImage();
    await using host = await NovaCompute.make({ rbd: false });
    const asked = await requestsDuring(async () => {
      assertEquals((await host.makeDisk(image.id, { hook })).raised, null);
    });
    assert(asked.includes(`GET /v2/images/${image.id}`), asked.join("\n"));
    assertEquals(asked.filter((request) => request.endsWith("/file")), [
      `GET /v2/images/${image.id}/file`,
    ]);
  });
}

Deno.test("prefetch makes the base that nova makes itself, converted to raw", async () => {
  await makeImages();
  await upload(QCOW2);
  await using own = await NovaCompute.make({ forceRaw: true });
  await using host = await NovaCompute.make({ forceRaw: true });
  await prefetch(host, QCOW2.id);
  assertEquals((await own.makeDisk(QCOW2.id, { hook: false })).raised, null);
  const [base, expected] = [host.base(QCOW2.id), own.base(QCOW2.id)];
  await assertSameBytes(base, expected);
  await assertAsSparse(base, expected);
  assertEquals((await Deno.stat(base)).mode, (await Deno.stat(expected)).mode);
});

Deno.test("nova's cache manager keeps what is prefetched again, and removes the rest after a day", async () => {
  await using image = await ownImage();
  await using host = await NovaCompute.make();
  await prefetch(host, image.id);
  await age(host.base(image.id), 1.1);
  assertEquals((await prefetch(host, image.id)).outcome, "cached");
  assertMatch((await host.manageCache()).join("\n"), /too young to remove/);
  await host.assertLeft(image.id, "the image");
  await age(host.base(image.id), 1.1);
  assertMatch((await host.manageCache()).join("\n"), /Removing base/);
  await host.assertLeft(image.id, "nothing");
});

Deno.test("nova's cache manager ignores a file that is being written", async () => {
  await using image = await ownImage();
  await using host = await NovaCompute.make();
  await prefetch(host, image.id);
  const under = temporaryPath(host.base(image.id), Deno.pid);
  await Deno.writeTextFile(under, "half");
  await age(under, 30);
  assert(!(await host.manageCache()).join("\n").includes(under));
  assertEquals(await Deno.readTextFile(under), "half");
});

Deno.test("twenty requests at once, half of them nova's, make one download and one base", async () => {
  await using image = await ownImage();
  await using host = await NovaCompute.make();
  const servers = Array.from({ length: 10 }, (_, index) => `server-${index}`);
  const [made, fetched] = await Promise.all([
    Promise.all(servers.map((server) => host.makeDisk(image.id, { hook: true, server }))),
    Promise.all(servers.map(() => prefetch(host, image.id))),
  ]);
  for (const { raised, backing } of made) {
    assertEquals([raised, backing], [null, host.base(image.id)]);
  }
  for (const { path } of fetched) assertEquals(path, host.base(image.id));
  const hooked = made.flatMap(({ log }) => log.filter((line) => line.includes(" from rbd in ")));
  const prefetched = fetched.filter(({ source }) => source === "rbd");
  assertEquals(hooked.length + prefetched.length, 1, "one download");
  await assertSameBytes(host.base(image.id), image.path);
  await host.assertLeft(image.id, "the image");
});
