/**
 * The list of the cache: kinds of names, users, and when nova removes what.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { withFiles } from "../../doubles/folder.ts";
import { kindOf, listCache, type RemovalPolicy } from "@/cache/list.ts";
import { lockPath, temporaryPath } from "@/cache/paths.ts";
import { systemFiles } from "@/system/files.ts";

const BASE = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const POLICY: RemovalPolicy = { isOn: true, originalAge: 100, resizedAge: 10 };
const UNUSED = { users: new Map(), unreadable: [] };

/** Names, and what they mean to nova's cache manager and to us. */
const KINDS = [
  [BASE, "base"],
  ["x".repeat(40), "base"],
  [`${BASE}_20`, "resized"],
  [`${BASE}_sm`, "resized"],
  [`${BASE}_2`, "other"],
  ["swap_1024", "swap"],
  ["swap_x", "other"],
  ["ephemeral_20_40d1d2c", "ephemeral"],
  ["ephemeral_20_default", "ephemeral"],
  ["ephemeral_20_40d1", "other"],
  [`${BASE}.part`, "part"],
  [`${BASE}.converted`, "converted"],
  [temporaryPath(BASE, 4711), "temporary"],
  [temporaryPath(BASE, 4711, "raw"), "temporary"],
  [temporaryPath(`${BASE}.part`, 4711), "temporary"],
  [lockPath(BASE), "lock"],
  ["README", "other"],
] as const;

for (const [name, kind] of KINDS) {
  Deno.test(`kindOf('${name}') is '${kind}'`, () => assertEquals(kindOf(name), kind));
}

/** Entries of a cache in which every file was last used at second 1000. */
async function entriesOf(names: readonly string[], policy = POLICY, use = UNUSED) {
  const entries: Record<string, number | null> = {};
  const contents = Object.fromEntries(names.map((name) => [`_base/${name}`, "12345"]));
  await withFiles(contents, (folder) => {
    for (const name of names) systemFiles.touch(`${folder}/_base/${name}`, 1_000_000);
    const layout = { instancesPath: folder, subdirectory: "_base" };
    for (const { name, removableFrom } of listCache(systemFiles, layout, policy, use)) {
      entries[name] = removableFrom;
    }
  });
  return entries;
}

Deno.test("listCache() says from when on nova removes a file", async () => {
  const names = [BASE, `${BASE}_20`, "swap_1024", "ephemeral_20_40d1d2c", `${BASE}.part`, "README"];
  assertEquals(await entriesOf(names), {
    [BASE]: 1_100_000,
    [`${BASE}_20`]: 1_010_000,
    "swap_1024": 1_100_000,
    "ephemeral_20_40d1d2c": 1_100_000,
    [`${BASE}.part`]: null,
    README: null,
  });
});

Deno.test("listCache() expects nova to remove nothing that is in use, or if removal is off", async () => {
  const users = new Map([[BASE, ["/i/a/disk"]]]);
  const use = { users, unreadable: [] };
  assertEquals(await entriesOf([BASE], POLICY, use), { [BASE]: null });
  assertEquals(await entriesOf([BASE], { ...POLICY, isOn: false }), { [BASE]: null });
  assertEquals(await entriesOf([BASE], { ...POLICY, originalAge: 1e14 }), { [BASE]: null });
});

Deno.test("listCache() returns sizes, times and users of regular files only", () =>
  withFiles({ [`_base/${BASE}`]: "12345", "_base/folder/x": "" }, async (folder) => {
    await Deno.symlink(`${folder}/_base/${BASE}`, `${folder}/_base/link`);
    await Deno.truncate(`${folder}/_base/${BASE}`, 1 << 30);
    systemFiles.touch(`${folder}/_base/${BASE}`, 5000);
    const use = { users: new Map([[BASE, ["/i/a/disk"]]]), unreadable: [] };
    const layout = { instancesPath: folder, subdirectory: "_base" };
    const entries = listCache(systemFiles, layout, POLICY, use);
    const { allocated } = systemFiles.stat(`${folder}/_base/${BASE}`)!;
    assertEquals(entries, [{
      name: BASE,
      kind: "base",
      size: 1 << 30,
      allocated,
      mtime: 5000,
      users: ["/i/a/disk"],
      removableFrom: null,
    }]);
  }));
