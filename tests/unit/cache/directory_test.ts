/**
 * Directories are for nova to use, whoever makes them.
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
    const files = {
      ...systemFiles,
      stat(path: string) {
        const info = systemFiles.stat(path);
        return info && { ...info, ...NOVA };
      },
      chown: (path: string, ...owner: [number, number]) =>
        void given.push(`${path.slice(folder.length)} ${owner.join(":")}`),
    };
    const identity = { uid, pid: 1, hostname: "compute1" };
    const directory = join(folder, "instances/_base");
    makeDirectories({ files, identity }, directory);
    const mode = existing.includes("instances/_base") ? FOUND : 0o755;
    assertEquals(systemFiles.stat(directory)?.mode, mode);
  }).then(() => given);
}

Deno.test("makeDirectories() gives what root makes to the owner of the directory above", async () => {
  const owner = "64060:64061";
  assertEquals(await made(0, ["instances"]), [`/instances/_base ${owner}`]);
  assertEquals(await made(0, []), [`/instances ${owner}`, `/instances/_base ${owner}`]);
});

Deno.test("makeDirectories() leaves what is there alone, and gives nothing away but as root", async () => {
  assertEquals(await made(0, ["instances/_base"]), []);
  assertEquals(await made(64060, []), []);
  assertEquals(await made(null, []), []);
});
