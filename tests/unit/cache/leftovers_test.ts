/**
 * Leftover files, as distinct from those that a process still writes.
 *
 * @module
 */
import { basename } from "node:path";
import { assertEquals } from "@std/assert";
import { withFiles } from "../../doubles/folder.ts";
import { Ingest } from "@/cache/ingest.ts";
import { findLeftovers, removeLeftover } from "@/cache/leftovers.ts";
import { listCache } from "@/cache/list.ts";
import { lockPath, temporaryPath } from "@/cache/paths.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";

const BASE = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const DAY = 86_400_000;

const layoutOf = (folder: string) => ({ instancesPath: folder, subdirectory: "_base" });

/** What is in the cache of a folder. */
function entriesOf(folder: string) {
  const policy = { isOn: true, originalAge: 1, resizedAge: 1 };
  return listCache(systemFiles, layoutOf(folder), policy, { users: new Map(), unreadable: [] });
}

/** Names of the leftovers at a time. */
async function leftoversOf(
  folder: string,
  now: number,
  files = systemFiles,
): Promise<readonly string[]> {
  const found = await findLeftovers(files, layoutOf(folder), entriesOf(folder), now);
  return found.map(({ name }) => name);
}

Deno.test("findLeftovers() includes nova's unfinished files a day after the last write", () => {
  const names = [BASE, `${BASE}.part`, `${BASE}.converted`, `${BASE}_20`, "swap_1"];
  const contents = Object.fromEntries(names.map((name) => [`_base/${name}`, ""]));
  return withFiles(contents, async (folder) => {
    for (const name of names) systemFiles.touch(`${folder}/_base/${name}`, 1000);
    assertEquals(await leftoversOf(folder, DAY + 999), []);
    assertEquals(await leftoversOf(folder, DAY + 1000), [`${BASE}.converted`, `${BASE}.part`]);
  });
});

Deno.test("findLeftovers() includes our temporary files once their process is gone, whatever their age", () =>
  withFiles({ [`_base/${BASE}`]: "" }, async (folder) => {
    const log = () => {};
    const identity = { uid: Deno.uid(), pid: Deno.pid, hostname: "test" };
    const publication = { path: `${folder}/_base/${BASE}`, mode: 0o644, replace: true };
    using _alive = await Ingest.begin({ files: systemFiles, identity, log }, publication);
    const dead = temporaryPath(publication.path, 1);
    await Deno.writeTextFile(dead, "half");
    assertEquals(await leftoversOf(folder, Date.now()), [dead.split("/").at(-1)!]);
  }));

Deno.test("findLeftovers() ignores another user's files, and finds the rest", () => {
  const names = [4_000_001, 4_000_002].map((pid) => basename(temporaryPath(BASE, pid)));
  const [theirs = "", ours = ""] = names;
  return withFiles({ [`_base/${theirs}`]: "", [`_base/${ours}`]: "" }, async (folder) => {
    const tryLock = (path: string) =>
      basename(path) === theirs
        ? Promise.reject(new ToolError("permission_denied", `Cannot lock '${path}'`))
        : systemFiles.tryLock(path);
    assertEquals(await leftoversOf(folder, Date.now(), { ...systemFiles, tryLock }), [ours]);
  });
});

Deno.test("removeLeftover() keeps what a process is using again, and removes the rest", () => {
  const lock = basename(lockPath(BASE));
  const contents = { [`_base/${BASE}.part`]: "half", [`_base/${lock}`]: "" };
  return withFiles(contents, async (folder) => {
    systemFiles.touch(`${folder}/_base/${BASE}.part`, 5000);
    const entries = entriesOf(folder);
    assertEquals(await leftoversOf(folder, Date.now()), [lock, `${BASE}.part`]);
    const remove = () =>
      Promise.all(
        entries.map((one) => removeLeftover(systemFiles, `${folder}/_base/${one.name}`, one)),
      );
    {
      using _held = await systemFiles.tryLock(`${folder}/_base/${lock}`);
      systemFiles.touch(`${folder}/_base/${BASE}.part`, 1000);
      assertEquals(await remove(), [false, false]);
    }
    systemFiles.touch(`${folder}/_base/${BASE}.part`, 5000);
    assertEquals(await remove(), [true, true]);
    assertEquals(systemFiles.list(`${folder}/_base`), []);
  });
});
