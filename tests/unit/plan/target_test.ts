import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { type FileTarget, targetOf } from "@/plan/target.ts";
import { systemFiles } from "@/system/files.ts";
import { imageOf } from "../../doubles/image.ts";
import { configOf } from "../../doubles/world.ts";

const NAME = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const BASE = `/i/_base/${NAME}`;
const HALF_AN_HOUR = 1_800_000;
const QCOW2 = imageOf("abcd", { diskFormat: "qcow2", virtualSize: 1000 });

/** A host without any nova: the newest rules hold. */
const context = { files: { ...systemFiles, list: () => [], stat: () => undefined } };

const raw = (isOn: boolean) =>
  configOf(`[DEFAULT]\nforce_raw_images = ${isOn}\nreserved_host_disk_mb = 1\n`);

function baseOf(isRaw: boolean, image = QCOW2, force = false): FileTarget {
  return targetOf({ config: raw(isRaw), context }, image, {
    place: { kind: "cache" },
    force,
  }) as FileTarget;
}

function partOf(path: string, config = configOf(""), image = imageOf("abcd")) {
  const place = { kind: "file", path, part: true } as const;
  const target = targetOf({ config, context }, image, { place, force: true });
  return target.kind === "file" ? target.part : undefined;
}

Deno.test("targetOf() a cache entry keeps nova's reserve free, and replaces nothing", () => {
  const { part, publication, space } = baseOf(false);
  assertEquals([publication.mode, publication.replace, publication.reserved], [
    0o644,
    false,
    1 << 20,
  ]);
  assertEquals(part, null);
  assertEquals(space, { path: publication.path, least: 4, most: 4, reserved: 1 << 20 });
  assertEquals(baseOf(false, QCOW2, true).publication.replace, true);
});

Deno.test("targetOf() the cache converts what nova would convert, and counts both copies", () => {
  const { raw, space } = baseOf(true);
  assertEquals(raw, {
    diskFormat: "qcow2",
    size: 4,
    virtualSize: 1000,
    partitions: true,
    stallTimeout: 30_000,
    program: "/usr/bin/qemu-img",
  });
  assertEquals([space.least, space.most], [8, 1004]);
  assertEquals(baseOf(false).raw, null);
  assertEquals(baseOf(true, imageOf("abcd")).raw, null);
});

Deno.test("targetOf() the cache is refused where nova clones in Ceph, and a path is not", () => {
  const config = configOf("[libvirt]\nimages_type = rbd\n");
  const image = imageOf("abcd");
  const cache = { place: { kind: "cache" }, force: false } as const;
  const error = assertThrows(() => targetOf({ config, context }, image, cache), ToolError);
  assertEquals([error.code, error.hints.length], ["config_invalid", 2]);
  const file = { place: { kind: "file", path: "/x" }, force: false } as const;
  assertEquals(targetOf({ config, context }, image, file), {
    kind: "file",
    publication: { path: "/x", mode: 0o644, replace: true },
    space: { path: "/x", least: 0, most: 4, reserved: 0 },
    raw: null,
    base: null,
    part: null,
  });
});

Deno.test("targetOf() recognises nova's part of a base file, and nothing else", () => {
  assertEquals(partOf(`${BASE}.part`), { base: BASE, size: 4, timeout: HALF_AN_HOUR });
  for (const path of [BASE, `${BASE}.converted`, "/i/x/kernel.part", `${BASE}0.part`]) {
    assertEquals(partOf(path), null, path);
  }
});

Deno.test("targetOf() nova's part does not wait for a base file that is converted", () => {
  const expected = { base: BASE, size: null, timeout: 1000 };
  assertEquals(partOf(`${BASE}.part`, raw(true), QCOW2), expected);
  assertEquals(partOf(`${BASE}.part`, raw(false), QCOW2)?.size, 4);
});
