/**
 * nova's `.part` beside a base file that another process makes.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { lockPath } from "@/cache/paths.ts";
import { makePart } from "@/transfer/part_file.ts";
import { systemContext } from "@/system/context.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

const NAME = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

const never = new AbortController().signal;

function outside(logged: string[] = []) {
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
  return { clock: systemContext().clock, files: systemFiles, log };
}

Deno.test("makePart() holds the lock while it makes the file, and removes it", () =>
  withFiles({}, async (folder) => {
    const base = join(folder, NAME);
    const made = await makePart(outside(), { base, size: 4, timeout: 1000 }, async (first) => {
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

Deno.test("makePart() offers the base file that another process made meanwhile", () =>
  withFiles({}, async (folder) => {
    const base = join(folder, NAME);
    const lock = await systemFiles.lock(lockPath(base), never);
    const fill = { base, size: 4, timeout: 60_000 };
    const filling = makePart(outside(), fill, (first) => Promise.resolve(first?.label), never);
    await Deno.writeTextFile(base, "abcd");
    lock[Symbol.dispose]();
    assertEquals(await filling, `file://${base}`);
  }));

Deno.test("makePart() offers no base file that cannot be the image", () =>
  withFiles({ [NAME]: "made raw" }, async (folder) => {
    for (const size of [4, null]) {
      const fill = { base: join(folder, NAME), size, timeout: 1000 };
      const first = await makePart(outside(), fill, (...first) => Promise.resolve(first), never);
      assertEquals(first, []);
    }
  }));

Deno.test("makePart() makes the file anyway if it does not get the lock", () =>
  withFiles({}, async (folder) => {
    const base = join(folder, NAME);
    using _lock = await systemFiles.lock(lockPath(base), never);
    const make = () => Deno.writeTextFile(`${base}.part`, "abcd");
    for (const [size, level] of [[4, "warning"], [null, "info"]] as const) {
      const logged: string[] = [];
      await makePart(outside(logged), { base, size, timeout: 10 }, make, never);
      assertEquals(logged.length, 1);
      assertMatch(logged[0] ?? "", new RegExp(`^${level}: .*; fetching the image anyway$`));
    }
    assertEquals(systemFiles.stat(lockPath(base))?.isFile, true, "it is the other one's");
  }));

Deno.test("makePart() ends with the signal while it waits", () =>
  withFiles({}, async (folder) => {
    const base = join(folder, NAME);
    using _lock = await systemFiles.lock(lockPath(base), never);
    const stop = new AbortController();
    const fill = { base, size: 4, timeout: 60_000 };
    const filling = makePart(outside(), fill, () => Promise.resolve(), stop.signal);
    stop.abort(new Error("stopped"));
    await assertRejects(() => filling, Error, "stopped");
  }));
