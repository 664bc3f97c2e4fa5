/**
 * Directories that nova can use, even if root makes them.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { makeDirectories } from "@/cache/directory.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

const NOVA = { uid: 64060, gid: 64061 };

/** Of what is there already; one that no umask gives. */
const FOUND = 0o711;

/** Owners that a directory is given, by its path below the folder. */
function made(uid: number | null, existing: readonly string[]): Promise<readonly string[]> {
  const given: string[] = [];
  return withFiles({}, async (folder) => {
    for (const path of existing) {
      await Deno.mkdir(join(folder, path), { recursive: true });
      await Deno.chmod(join(folder, path), FOUND);
    }
    const owners = new Map<string, typeof NOVA>();
    const files = {
      ...systemFiles,
      stat(path: string) {
        const info = systemFiles.stat(path);
        const found = [folder, ...existing.map((each) => join(folder, each))];
        const own = owners.get(path) ?? (found.includes(path) ? NOVA : { uid: 0, gid: 0 });
        return info && { ...info, ...own };
      },
      chown(path: string, uid: number, gid: number) {
        owners.set(path, { uid, gid });
        given.push(`${path.slice(folder.length)} ${uid}:${gid}`);
      },
    };
    const identity = { uid, pid: 1, hostname: "compute1" };
    const directory = join(folder, "instances/_base");
    makeDirectories({ files, identity }, directory);
    const mode = existing.includes("instances/_base") ? FOUND : 0o755;
    assertEquals(systemFiles.stat(directory)?.mode, mode);
  }).then(() => given);
}

Deno.test("makeDirectories() sets the owner of the parent directory on what root makes", async () => {
  const owner = "64060:64061";
  assertEquals(await made(0, ["instances"]), [`/instances/_base ${owner}`]);
  assertEquals(await made(0, []), [`/instances ${owner}`, `/instances/_base ${owner}`]);
});

Deno.test("makeDirectories() does not change existing directories, and sets owners only as root", async () => {
  assertEquals(await made(0, ["instances/_base"]), []);
  assertEquals(await made(64060, []), []);
  assertEquals(await made(null, []), []);
});

Deno.test("makeDirectories() changes nothing that is correct: a directory with a program may not be changed", async () => {
  await withFiles({}, (folder) => {
    const refuse = () => {
      throw new Deno.errors.NotCapable("Requires write access");
    };
    const files = {
      ...systemFiles,
      makeDirectory(path: string, mode: number) {
        systemFiles.makeDirectory(path, mode);
        for (const each of ["lib", "lib/nova"]) systemFiles.chmod(join(folder, each), 0o755);
      },
      chmod: refuse,
      chown: refuse,
    };
    const identity = { uid: 0, pid: 1, hostname: "compute1" };
    makeDirectories({ files, identity }, join(folder, "lib/nova"));
  });
});
