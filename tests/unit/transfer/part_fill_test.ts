/**
 * nova's `.part` beside a base file that another process makes.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { lockPath } from "@/cache/paths.ts";
import { fillPart, partFill } from "@/transfer/part_fill.ts";
import { systemContext } from "@/system/context.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";
import { imageOf } from "../../doubles/image.ts";
import { configOf } from "../../doubles/world.ts";

const NAME = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const BASE = `/i/_base/${NAME}`;
const HALF_AN_HOUR = 1_800_000;

const never = new AbortController().signal;

function outside(logged: string[] = []) {
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
  return { clock: systemContext().clock, files: systemFiles, log };
}

Deno.test("partFill() knows nova's part of a base file, and nothing else", () => {
  const fill = (path: string) => partFill(configOf(""), imageOf("abcd"), path);
  assertEquals(fill(`${BASE}.part`), { base: BASE, size: 4, timeout: HALF_AN_HOUR });
  for (const path of [BASE, `${BASE}.converted`, "/i/x/kernel.part", `${BASE}0.part`]) {
    assertEquals(fill(path), null, path);
  }
});

Deno.test("partFill() waits for no base file that is not the image itself", () => {
  const image = { ...imageOf("abcd"), diskFormat: "qcow2" };
  const conf = (isOn: boolean) => configOf(`[DEFAULT]\nforce_raw_images = ${isOn}\n`);
  const expected = { base: BASE, size: null, timeout: 1000 };
  assertEquals(partFill(conf(true), image, `${BASE}.part`), expected);
  assertEquals(partFill(conf(false), image, `${BASE}.part`)?.size, 4);
});

Deno.test("fillPart() keeps the turn while it makes the file, and takes its lock back", () =>
  withFiles({}, async (folder) => {
    const base = join(folder, NAME);
    const made = await fillPart(outside(), { base, size: 4, timeout: 1000 }, async (first) => {
      assertEquals(first, undefined);
      assertEquals(await systemFiles.tryLock(lockPath(base)), undefined);
      await Deno.writeTextFile(`${base}.part`, "abcd");
      await Deno.utime(`${base}.part`, 0, 0);
      return "made";
    }, never);
    assertEquals([made, systemFiles.list(folder)], ["made", [`${NAME}.part`]]);
    const { mtime = 0 } = systemFiles.lstat(`${base}.part`) ?? {};
    assertLess(Date.now() - mtime, 60_000, "nova has only just begun with it");
  }));

Deno.test("fillPart() offers the base file that another process made meanwhile", () =>
  withFiles({}, async (folder) => {
    const base = join(folder, NAME);
    const lock = await systemFiles.lock(lockPath(base), never);
    const fill = { base, size: 4, timeout: 60_000 };
    const filling = fillPart(outside(), fill, (first) => Promise.resolve(first?.label), never);
    await Deno.writeTextFile(base, "abcd");
    lock[Symbol.dispose]();
    assertEquals(await filling, `file://${base}`);
  }));

Deno.test("fillPart() offers no base file that cannot be the image", () =>
  withFiles({ [NAME]: "made raw" }, async (folder) => {
    for (const size of [4, null]) {
      const fill = { base: join(folder, NAME), size, timeout: 1000 };
      const first = await fillPart(outside(), fill, (first) => Promise.resolve(first), never);
      assertEquals(first, undefined);
    }
  }));

Deno.test("fillPart() makes the file all the same when its turn does not come", () =>
  withFiles({}, async (folder) => {
    const base = join(folder, NAME);
    using _lock = await systemFiles.lock(lockPath(base), never);
    const make = () => Deno.writeTextFile(`${base}.part`, "abcd");
    for (const [size, level] of [[4, "warning"], [null, "info"]] as const) {
      const logged: string[] = [];
      await fillPart(outside(logged), { base, size, timeout: 10 }, make, never);
      assertEquals(logged.length, 1);
      assertMatch(logged[0] ?? "", new RegExp(`^${level}: .*; fetching the image all the same$`));
    }
    assertEquals(systemFiles.stat(lockPath(base))?.isFile, true, "it is the other one's");
  }));

Deno.test("fillPart() ends with the signal while it waits", () =>
  withFiles({}, async (folder) => {
    const base = join(folder, NAME);
    using _lock = await systemFiles.lock(lockPath(base), never);
    const stop = new AbortController();
    const fill = { base, size: 4, timeout: 60_000 };
    const filling = fillPart(outside(), fill, () => Promise.resolve(), stop.signal);
    stop.abort(new Error("stopped"));
    await assertRejects(() => filling, Error, "stopped");
  }));
