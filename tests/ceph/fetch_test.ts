/**
 * Real images out of real Ceph and real Glance: what lands in the cache is what was uploaded.
 *
 * @module
 */
import { assertEquals, assertLess, assertLessOrEqual, assertObjectMatch } from "@std/assert";
import { run } from "@lab/ceph/command.ts";
import { startGlance } from "@lab/ceph/glance.ts";
import { DENSE, makeImages, makeRaw, QCOW2, SPARSE, type TestImage } from "@lab/ceph/images.ts";
import { ENDPOINTS } from "@lab/ceph/lab.ts";
import { at } from "@lab/ceph/layout.ts";
import { remove, upload } from "@lab/ceph/seed.ts";
import { ComputeHost } from "./compute_host.ts";
import { allocated, assertAsSparse, assertSameBytes } from "./content.ts";
import { course, resultOf, triedOf } from "./tool.ts";

const MIB = 1 << 20;

Deno.test.beforeAll(makeImages);

for (const image of [DENSE, SPARSE, QCOW2]) {
  for (const source of ["rbd", "glance"]) {
    Deno.test(`fetch by ${source} delivers the ${image.name} image, byte for byte and as sparse`, async () => {
      const record = await upload(image);
      await using host = await ComputeHost.make();
      const result = resultOf(await host.fetch(image.id, `--source=${source}`));
      const path = host.base(image.id);
      const file = `${ENDPOINTS.glance}/v2/images/${image.id}/file`;
      assertObjectMatch(result, {
        image: {
          id: image.id,
          name: image.name,
          size: record.size,
          disk_format: image.diskFormat,
        },
        path,
        outcome: "fetched",
        source,
        bytes: { image: record.size, allocated: await allocated(path) },
        verified: {
          size: true,
          hash: { algorithm: "sha512", value: record.os_hash_value, origin: "os_hash_value" },
          signature: null,
          format: { declared: image.diskFormat, detected: image.diskFormat },
        },
      });
      assertEquals(triedOf(result.attempts), [{
        source,
        location: source === "rbd" ? record.direct_url : file,
        outcome: "ok",
        code: null,
        message: null,
        bytes: result.bytes.transferred,
      }]);
      // By rbd, an extent of 4 MiB travels as the two objects of 8 MiB that it may lie in.
      const most = source === "rbd" ? await allocated(image.path) * 4 : record.size;
      assertLessOrEqual(result.bytes.transferred, most);
      await assertSameBytes(path, image.path);
      await assertAsSparse(path, image.path);
      await host.assertLeft(image.id, "the image");
    });
  }
}

Deno.test("fetch prefers rbd and does nothing for an image that is cached", async () => {
  await upload(QCOW2);
  await using host = await ComputeHost.make();
  assertEquals(resultOf(await host.fetch(QCOW2.id)).source, "rbd");
  const { ino } = await Deno.stat(host.base(QCOW2.id));
  assertObjectMatch(resultOf(await host.fetch(QCOW2.id)), { outcome: "cached", source: null });
  assertEquals((await Deno.stat(host.base(QCOW2.id))).ino, ino);
});

Deno.test("fetch uses HTTP if nova.conf does not enable rbd", async () => {
  await upload(QCOW2);
  await using host = await ComputeHost.make({ rbd: false });
  assertEquals(resultOf(await host.fetch(QCOW2.id)).source, "glance");
  await assertSameBytes(host.base(QCOW2.id), QCOW2.path);
});

Deno.test("fetch finds an image by its name in a Glance without Keystone", async () => {
  await upload(QCOW2);
  await using host = await ComputeHost.make({ auth: "none" });
  const result = resultOf(await host.fetch(QCOW2.name));
  assertEquals([result.image.id, result.source], [QCOW2.id, "rbd"]);
});

Deno.test("fetch converts a qcow2 image to a raw base if nova forces raw images", async () => {
  await upload(QCOW2);
  await using host = await ComputeHost.make({ forceRaw: true });
  resultOf(await host.fetch(QCOW2.id));
  await run(["qemu-img", "compare", "-f", "raw", "-F", "qcow2", host.base(QCOW2.id), QCOW2.path]);
  await host.assertLeft(QCOW2.id, "the image");
});

Deno.test("fetch keeps a thinly stored image with several locations sparse", async () => {
  const path = at("images", "thin.raw");
  await makeRaw(path, 512 * MIB, [[4096, 4 * MIB], [300 * MIB, 4 * MIB]]);
  const thin: TestImage = { id: crypto.randomUUID(), name: "thin", diskFormat: "raw", path };
  await startGlance({ thin: true, showLocations: true });
  try {
    await upload(thin);
    await using host = await ComputeHost.make();
    const result = resultOf(await host.fetch(thin.id));
    // `locations` and `direct_url` name the same place: it must be tried once.
    assertEquals(course(result.attempts), ["rbd ok"]);
    assertLess(result.bytes.transferred, 40 * MIB);
    await assertSameBytes(host.base(thin.id), path);
    await assertAsSparse(host.base(thin.id), path);
  } finally {
    await remove(thin.id);
    await startGlance();
  }
});
