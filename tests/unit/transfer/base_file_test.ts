import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { lockPath, temporaryPath } from "@/cache/paths.ts";
import type { Files } from "@/context.ts";
import { alreadyCached, makeBase } from "@/transfer/base_file.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { systemContext } from "@/system/context.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

const KEY = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

const RECORD = { id: "", name: null, size: 3, diskFormat: "raw" } as ImageRecord;

function targetOf(path: string, { force = false, least = 0 } = {}) {
  const publication = { path, mode: 0o644, replace: force };
  const space = { path, least, most: 3, reserved: 0 };
  const base = { lockTimeout: 1000 };
  return { kind: "file", publication, space, raw: null, base, part: null } as const;
}

function outside(files: Files = systemFiles, logged: string[] = []) {
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
  return { clock: systemContext().clock, files, log };
}

Deno.test("alreadyCached removes the names of a run that was killed after it published the file", () =>
  withFiles({ [KEY]: "abc" }, async (folder) => {
    const path = join(folder, KEY);
    await Deno.link(path, temporaryPath(path, 4_000_001));
    await Deno.writeTextFile(lockPath(path), "");
    assertEquals((await alreadyCached(outside(), RECORD, targetOf(path)))?.outcome, "cached");
    assertEquals(systemFiles.list(folder), [KEY]);
  }));

Deno.test("alreadyCached keeps the names of a running process", () =>
  withFiles({ [KEY]: "abc" }, async (folder) => {
    const path = join(folder, KEY);
    using _lock = await systemFiles.lock(lockPath(path), AbortSignal.timeout(1000));
    await Deno.writeTextFile(temporaryPath(path, 4_000_001), "");
    const before = systemFiles.list(folder);
    assertEquals((await alreadyCached(outside(), RECORD, targetOf(path)))?.outcome, "cached");
    assertEquals(systemFiles.list(folder), before);
  }));

Deno.test("alreadyCached serves a cache that it may not write to", () =>
  withFiles({ [KEY]: "abc" }, async (folder) => {
    const path = join(folder, KEY);
    await Deno.writeTextFile(lockPath(path), "");
    const tryLock = () => Promise.reject(new ToolError("permission_denied", "Cannot lock it"));
    const logged: string[] = [];
    const parts = outside({ ...systemFiles, tryLock }, logged);
    assertEquals((await alreadyCached(parts, RECORD, targetOf(path)))?.outcome, "cached");
    assertEquals(logged, ["debug: Cannot lock it"]);
  }));

Deno.test("makeBase does not fail any more once the file is made", () =>
  withFiles({}, async (folder) => {
    const path = join(folder, KEY);
    const logged: string[] = [];
    const remove = () => {
      throw new ToolError("io", "Cannot remove it");
    };
    const made = { outcome: "fetched" } as FetchResult;
    const make = () => Promise.resolve(made);
    const { signal } = new AbortController();
    const parts = outside({ ...systemFiles, remove }, logged);
    assertEquals(await makeBase(parts, RECORD, targetOf(path), make, signal), made);
    assertEquals(logged, ["warning: Cannot remove it; the base file is not affected"]);
  }));

Deno.test("tryLock returns no lock if the holder removes the file meanwhile", () =>
  withFiles({ lock: "" }, async (folder) => {
    const path = join(folder, "lock");
    const held = await systemFiles.tryLock(path);
    const waiting = systemFiles.tryLock(path);
    systemFiles.remove(path);
    held?.[Symbol.dispose]();
    assertEquals(await waiting, undefined);
  }));

Deno.test("makeBase checks the space only if the file must be made", () =>
  withFiles({}, async (folder) => {
    const path = join(folder, KEY);
    const files = { ...systemFiles, freeSpace: () => 2 };
    const target = targetOf(path, { least: 3 });
    const make = () => Promise.reject(new Error("made"));
    const signal = AbortSignal.timeout(10_000);
    const error = await makeBase(outside(files), RECORD, target, make, signal).catch((error) =>
      error
    );
    assertEquals(error.code, "no_space");
    // Another process has made it, and has taken the space.
    await Deno.writeTextFile(path, "abc");
    assertEquals((await makeBase(outside(files), RECORD, target, make, signal)).outcome, "cached");
    assertEquals(systemFiles.list(folder), [KEY]);
  }));

Deno.test("makeBase lets nova finish what nova has started, unless told to replace it", () =>
  withFiles({ [`${KEY}.part`]: "abc" }, async (folder) => {
    const path = join(folder, KEY);
    const logged: string[] = [];
    const clock = {
      ...systemContext().clock,
      async sleep(ms: number, signal?: AbortSignal) {
        if (ms !== 500) return await systemContext().clock.sleep(ms, signal);
        await Deno.rename(`${path}.part`, path);
      },
    };
    const made = () => Promise.resolve({ outcome: "fetched" } as FetchResult);
    const parts = { ...outside(systemFiles, logged), clock };
    const signal = AbortSignal.timeout(10_000);
    assertEquals(
      (await makeBase(parts, RECORD, targetOf(path, { force: true }), made, signal)).outcome,
      "fetched",
    );
    assertEquals((await makeBase(parts, RECORD, targetOf(path), made, signal)).outcome, "cached");
    assertEquals(logged, [`info: waiting for nova, which makes '${path}' itself`]);
  }));
