/**
 * Disks that an image must not fill: what cannot fit is refused before the first byte, and
 * downloads and conversions that turn out too large stop at nova's reserve. Root.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "@lab/ceph/command.ts";
import { DENSE, makeImages, QCOW2 } from "@lab/ceph/images.ts";
import { at, exists } from "@lab/ceph/layout.ts";
import { upload } from "@lab/ceph/seed.ts";
import { formatBytes } from "@/human_units.ts";
import { Disk } from "../fault/disk.ts";
import { ComputeHost } from "./compute_host.ts";
import { course, failureOf, resultOf } from "./tool.ts";

Deno.test.beforeAll(makeImages);

const MIB = 1 << 20;

/** A host with its instances on a disk of its own. */
async function hostOn(disk: Disk, reserved: number, forceRaw = false): Promise<ComputeHost> {
  const more = `[DEFAULT]\ninstances_path = ${disk.path}\nreserved_host_disk_mb = ${reserved}\n`;
  return await ComputeHost.make({ forceRaw, more });
}

/** Names on the disk, without directories and locks. */
async function left(disk: Disk): Promise<readonly string[]> {
  const found = await run(["find", disk.path, "-type", "f", "-not", "-name", "*.lock"]);
  return found.split("\n").filter((line) => line !== "");
}

/** A qcow2 of a few MiB with 1536 MiB inside that are no zeros: every cluster compresses to nothing. */
async function makeBomb(): Promise<string> {
  const [raw, path] = [at("images", "ones.raw"), at("images", "bomb.qcow2")];
  if (await exists(path)) return path;
  await run(["sh", "-c", `head -c ${1536 * MIB} /dev/zero | tr '\\0' '\\1' > '${raw}'`]);
  await run(["qemu-img", "convert", "-c", "-O", "qcow2", raw, `${path}.part`]);
  await Deno.remove(raw);
  await Deno.rename(`${path}.part`, path);
  return path;
}

Deno.test("fetch stops at nova's reserve, and removes what it wrote", async () => {
  await upload(DENSE);
  await using disk = await Disk.make({ kind: "tmpfs", bytes: 400 * MIB });
  await using host = await hostOn(disk, 250);
  const ended = await host.fetch(DENSE.id);
  assertStringIncludes(ended.stderr, "may not fit");
  const { code, message, attempts } = failureOf(ended);
  assertEquals(code, "no_space");
  assertMatch(message, /Cannot continue with .* are free, 250 MiB are reserved/);
  assertEquals(course(attempts), ["rbd failed no_space"]);
  assertEquals(await left(disk), []);
});

Deno.test("fetch contacts no source for an image that cannot fit with its raw copy", async () => {
  await upload(QCOW2);
  const { size } = await Deno.stat(QCOW2.path);
  await using disk = await Disk.make({ kind: "tmpfs", bytes: size * 3 });
  await using host = await hostOn(disk, Math.ceil(size * 1.5 / MIB), true);
  const { code, message, attempts } = failureOf(await host.fetch(QCOW2.id));
  assertEquals([code, course(attempts)], ["no_space", []]);
  const [least, most] = [size * 2, size + 1024 * MIB].map(formatBytes);
  assertStringIncludes(message, `${least} to ${most} are needed`);
  await Deno.writeTextFile(`${disk.path}/nova.txt`, "the reserve is kept, so the disk is not full");
});

Deno.test("fetch stops a conversion at nova's reserve", async () => {
  const id = "d0000000-0000-4000-8000-0000000000b0";
  await upload({ id, name: "bomb", diskFormat: "qcow2", path: await makeBomb() });
  await using disk = await Disk.make({ kind: "tmpfs", bytes: 1200 * MIB });
  await using host = await hostOn(disk, 500, true);
  const ended = await host.fetch(id);
  assertStringIncludes(ended.stderr, "may not fit");
  const { code, message } = failureOf(ended);
  assertEquals(code, "no_space");
  assertMatch(message, /Cannot continue with .* are free, 500 MiB are reserved/);
  assertEquals(await left(disk), []);
  await using roomy = await ComputeHost.make({ forceRaw: true });
  assert(resultOf(await roomy.fetch(id)).bytes.allocated >= 1536 * MIB);
});
