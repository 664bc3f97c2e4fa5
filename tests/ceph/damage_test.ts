/**
 * Ceph refuses, loses or changes data without Glance's knowledge. Nothing wrong may reach the
 * cache, and another source that still has the data must be used.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import {
  deleteData,
  deleteSnapshot,
  loseObject,
  overwrite,
  removeUser,
  restoreUser,
  revokeCaps,
} from "@lab/ceph/damage.ts";
import { makeImages, QCOW2 } from "@lab/ceph/images.ts";
import { upload } from "@lab/ceph/seed.ts";
import { dense, resized } from "@lab/embedded/content.ts";
import { ComputeHost } from "./compute_host.ts";
import { assertSameBytes } from "./content.ts";
import { OWN_SIZE, ownImage, replaceData } from "./own_image.ts";
import { course, failureOf, resultOf } from "./tool.ts";
import { WITHOUT_RIGHTS } from "./without_rights.ts";

Deno.test.beforeAll(makeImages);

/** Where rbd gets no answer, it is not waited for long. */
const IMPATIENT = "--stall-timeout=8s";

const LOSSES = [
  ["rights", revokeCaps, WITHOUT_RIGHTS],
  ["key", removeUser, { code: "permission_denied", words: /exited with \d+: ./ }],
] as const;

for (const [loss, strike, { code, words }] of LOSSES) {
  Deno.test(`fetch falls back to HTTP and says why when its cephx user has lost its ${loss}`, async () => {
    await upload(QCOW2);
    await using host = await ComputeHost.make();
    await strike("nova");
    try {
      const result = resultOf(await host.fetch(QCOW2.id, IMPATIENT));
      assertEquals(course(result.attempts), [`rbd failed ${code}`, "glance ok"]);
      assertMatch(result.attempts[0]?.message ?? "", words);
      await assertSameBytes(host.base(QCOW2.id), QCOW2.path);
      await host.assertLeft(QCOW2.id, "the image");
    } finally {
      await restoreUser("nova");
    }
    assertEquals(course(resultOf(await host.fetch(QCOW2.id, "--force")).attempts), ["rbd ok"]);
  });
}

Deno.test("fetch ends when its cephx user has no rights and no fallback is allowed", async () => {
  await upload(QCOW2);
  await using host = await ComputeHost.make({ user: "nocaps" });
  const ended = await host.fetch(QCOW2.id, "--no-fallback", IMPATIENT);
  const { code, status } = WITHOUT_RIGHTS;
  assertEquals([ended.status, failureOf(ended).code], [status, code]);
  await host.assertLeft(QCOW2.id, "nothing");
});

Deno.test("fetch ends with 69 when the data of an active image is gone from the pool", async () => {
  await using image = await ownImage();
  await deleteData(image.id);
  await using host = await ComputeHost.make();
  const ended = await host.fetch(image.id);
  assertEquals(ended.status, 69);
  assertEquals(course(failureOf(ended).attempts), [
    "rbd failed not_found",
    "glance failed source_unavailable",
  ]);
  await host.assertLeft(image.id, "nothing");
});

Deno.test("fetch ends with 69 when only the snapshot is gone from the pool", async () => {
  await using image = await ownImage();
  await deleteSnapshot(image.id);
  await using host = await ComputeHost.make();
  const ended = await host.fetch(image.id);
  assertEquals([ended.status, failureOf(ended).code], [69, "source_unavailable"]);
  await host.assertLeft(image.id, "nothing");
});

for (const offset of [0, OWN_SIZE / 2 + 1, OWN_SIZE - 1]) {
  Deno.test(`fetch ends with 65 and leaves no file when the byte at ${offset} was changed in the pool`, async () => {
    await using image = await ownImage();
    await overwrite(image.id, offset, await otherByte(image.path, offset));
    await using host = await ComputeHost.make();
    const ended = await host.fetch(image.id);
    assertEquals(ended.status, 65);
    const failure = failureOf(ended);
    assertEquals(failure.code, "digest_mismatch");
    assertMatch(failure.message, new RegExp(image.record.os_hash_value.slice(0, 12)));
    assertEquals(course(failure.attempts), [
      "rbd failed digest_mismatch",
      "glance failed digest_mismatch",
    ]);
    await host.assertLeft(image.id, "nothing");
  });
}

Deno.test("fetch ends with 65 when Ceph has lost an object, which it reads as zeros without error", async () => {
  await using image = await ownImage();
  await loseObject(image.id, OWN_SIZE / 2);
  await using host = await ComputeHost.make();
  const ended = await host.fetch(image.id);
  assertEquals([ended.status, failureOf(ended).code], [65, "digest_mismatch"]);
  await host.assertLeft(image.id, "nothing");
});

for (const transfer of ["sparse", "plain"]) {
  const more = `[glance_direct]\nrbd_transfer = ${transfer}\n`;

  Deno.test(`fetch ends with 65 when the image in the pool is a byte short (${transfer})`, async () => {
    await using image = await ownImage();
    const content = dense(await Deno.readFile(image.path));
    await replaceData(image.id, resized(content, OWN_SIZE - 1));
    await using host = await ComputeHost.make({ more });
    const ended = await host.fetch(image.id, "--retries=1");
    assertEquals([ended.status, failureOf(ended).code], [65, "size_mismatch"]);
    assertEquals(course(failureOf(ended).attempts)[0], "rbd failed size_mismatch");
    await host.assertLeft(image.id, "nothing");
  });

  Deno.test(`fetch refuses an image in the pool that has a byte too many (${transfer})`, async () => {
    await using image = await ownImage();
    const content = dense(await Deno.readFile(image.path));
    await replaceData(image.id, resized(content, OWN_SIZE + 1));
    await using host = await ComputeHost.make({ more });
    const ended = await host.fetch(image.id, "--source=rbd");
    assertEquals([ended.status, failureOf(ended).code], [65, "size_mismatch"]);
    await host.assertLeft(image.id, "nothing");
  });

  Deno.test(`fetch drops extra zeros at the end of the image in the pool (${transfer})`, async () => {
    await using image = await ownImage();
    const { extents } = dense(await Deno.readFile(image.path));
    await replaceData(image.id, { size: OWN_SIZE + 4321, extents });
    await using host = await ComputeHost.make({ more });
    const result = resultOf(await host.fetch(image.id));
    assertEquals(course(result.attempts), ["rbd ok"]);
    await assertSameBytes(host.base(image.id), image.path);
  });
}

/** A byte that differs from the one in a file in every bit. */
async function otherByte(path: string, offset: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  await file.seek(offset, Deno.SeekMode.Start);
  const byte = new Uint8Array(1);
  await file.read(byte);
  return byte.map((value) => ~value);
}
