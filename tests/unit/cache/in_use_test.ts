/**
 * Bases in use, by the disks below `instances_path`.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { withFiles } from "../../doubles/folder.ts";
import { findCacheUse } from "@/cache/in_use.ts";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";
import { qcow2Overlay } from "../../doubles/qcow2.ts";

const BASE = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

/** What is in use with these files: users by base, paths below the folder. */
async function useOf(
  contents: Readonly<Record<string, string | Uint8Array>>,
  files: Files = systemFiles,
) {
  const found: { users?: unknown; unreadable?: unknown } = {};
  await withFiles(contents, (folder) => {
    const layout = { instancesPath: folder, subdirectory: "_base" };
    const { users, unreadable } = findCacheUse(files, layout);
    const short = (path: string) => path.slice(folder.length + 1);
    found.users = Object.fromEntries([...users].map(([name, by]) => [name, by.map(short)]));
    found.unreadable = unreadable.map(short);
  });
  return found;
}

Deno.test("findCacheUse() names the disks of each base", async () => {
  const disk = qcow2Overlay(`/old/place/_base/${BASE}`);
  const files = {
    [`_base/${BASE}`]: "raw",
    "a/disk": disk,
    "a/disk.eph0": qcow2Overlay("/x/_base/ephemeral_1_40d1d2c"),
    "b/disk.rescue": disk,
    "b_resize/disk": disk,
  };
  assertEquals(await useOf(files), {
    users: {
      [BASE]: ["a/disk", "b/disk.rescue", "b_resize/disk"],
      "ephemeral_1_40d1d2c": ["a/disk.eph0"],
    },
    unreadable: [],
  });
});

Deno.test("findCacheUse() follows a chain, relative names included, to its end", async () => {
  const files = {
    [`_base/${BASE}`]: "raw",
    "a/disk.snap": qcow2Overlay("disk"),
    "a/disk": qcow2Overlay(`../_base/${BASE}`),
  };
  assertEquals(await useOf(files), {
    users: { [BASE]: ["a/disk", "a/disk.snap"], disk: ["a/disk.snap"] },
    unreadable: [],
  });
});

Deno.test("findCacheUse() counts a base that is missing, and ends in a loop", async () => {
  const files = { "a/disk": qcow2Overlay(BASE), "b/disk": qcow2Overlay("disk") };
  assertEquals((await useOf(files)).users, { [BASE]: ["a/disk"], disk: ["b/disk"] });
});

Deno.test("findCacheUse() looks at instances only, and at what nova calls a disk", async () => {
  const overlay = qcow2Overlay(`/x/_base/${BASE}`);
  const files = {
    "_base/disk": overlay,
    "locks/disk": overlay,
    "lost+found/disk": overlay,
    "compute_nodes": overlay,
    "a/console.log": overlay,
    "a/snapshots/disk": overlay,
    "a/disk.info": "{}",
  };
  assertEquals(await useOf(files), { users: {}, unreadable: [] });
});

Deno.test("findCacheUse() reads no header of a raw disk: a guest could have written it", async () => {
  const overlay = qcow2Overlay(`/x/_base/${BASE}`);
  const info = { "/nova/a/disk": "raw", "/nova/a/disk.eph0": "qcow2" };
  const files = {
    "a/disk.info": JSON.stringify(info),
    "a/disk": overlay,
    "a/disk.eph0": overlay,
    "b/disk.info": "no JSON",
    "b/disk": overlay,
  };
  assertEquals((await useOf(files)).users, { [BASE]: ["a/disk.eph0", "b/disk"] });
});

Deno.test("findCacheUse() says which disks and directories it cannot read", async () => {
  const refuse = (path: string) => {
    throw new ToolError("permission_denied", `Cannot read '${path}'`);
  };
  const files: Files = {
    ...systemFiles,
    list: (path) => path.endsWith("/b") ? refuse(path) : systemFiles.list(path),
    open: (path) => path.endsWith("/a/disk") ? refuse(path) : systemFiles.open(path),
  };
  const disk = qcow2Overlay(`/x/_base/${BASE}`);
  const contents = { "a/disk": disk, "b/disk": disk, "c/disk": disk };
  assertEquals(await useOf(contents, files), {
    users: { [BASE]: ["c/disk"] },
    unreadable: ["a/disk", "b"],
  });
});

Deno.test("findCacheUse() ignores an instance that is deleted meanwhile", async () => {
  const files: Files = {
    ...systemFiles,
    open: (path) => {
      Deno.removeSync(join(path, ".."), { recursive: true });
      return systemFiles.open(path);
    },
  };
  assertEquals(await useOf({ "a/disk": qcow2Overlay(BASE) }, files), {
    users: {},
    unreadable: [],
  });
});

Deno.test("findCacheUse() finds nothing where instances_path does not exist", () => {
  const layout = { instancesPath: "/nowhere", subdirectory: "_base" };
  assertEquals(findCacheUse(systemFiles, layout), { users: new Map(), unreadable: [] });
});

Deno.test("findCacheUse() reports the disks whose status cannot be read", async () => {
  const files: Files = {
    ...systemFiles,
    stat: (path) => {
      if (!path.endsWith("/a/disk")) return systemFiles.stat(path);
      throw new ToolError("permission_denied", `Cannot look at '${path}'`);
    },
  };
  const { unreadable } = await useOf({ "a/disk": qcow2Overlay(`/x/_base/${BASE}`) }, files);
  assertEquals(unreadable, ["a/disk"]);
});
