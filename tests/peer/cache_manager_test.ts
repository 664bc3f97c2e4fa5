/**
 * The list of the cache against nova's own cache manager: what names mean, which bases disks need, and
 * what it removes when.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { findCacheUse } from "@/cache/in_use.ts";
import { type CacheEntry, type EntryKind, listCache } from "@/cache/list.ts";
import { lockPath, temporaryPath } from "@/cache/paths.ts";
import { systemFiles } from "@/system/files.ts";
import { python } from "@lab/nova/python.ts";
import { withFiles } from "../doubles/folder.ts";
import { peerTest } from "./peer.ts";

const HOUR = 3_600_000;

/** nova's defaults. */
const POLICY = { isOn: true, originalAge: 86_400, resizedAge: 3600 };

const digest = (word: string) => createHash("sha1").update(word).digest("hex");
const [USED, YOUNG, OLD] = [digest("used"), digest("young"), digest("old")] as const;

/** Names in the cache, and hours since their last use. */
const CACHE: Readonly<Record<string, number>> = {
  [USED]: 48,
  [YOUNG]: 23,
  [OLD]: 25,
  ["z".repeat(40)]: 25,
  [`${YOUNG}_20`]: 0.5,
  [`${OLD}_20`]: 2,
  [`${USED}_sm`]: 2,
  [`${OLD}_2`]: 99,
  "swap_1024": 25,
  "swap_512": 23,
  "swap_big": 99,
  "ephemeral_1_40d1d2c": 25,
  "ephemeral_1_default": 23,
  "ephemeral_1_long_one": 99,
  [`${OLD}.part`]: 99,
  [`${OLD}.converted`]: 99,
  [temporaryPath(OLD, 4711)]: 99,
  [temporaryPath(OLD, 4711, "raw")]: 99,
  [temporaryPath(`${OLD}.part`, 4711)]: 99,
  [lockPath(OLD)]: 99,
  "notes": 99,
};

interface Verdict extends Readonly<Partial<Record<EntryKind, readonly string[]>>> {
  readonly "in_use": readonly string[];
  readonly removed: readonly string[];
}

/** Makes the cache, and instances with disks on it as nova and an operator make them. */
async function furnish(instances: string): Promise<void> {
  for (const [name, hours] of Object.entries(CACHE)) {
    systemFiles.touch(join(instances, "_base", name), Date.now() - hours * HOUR);
  }
  await makeDisk(join(instances, "a"), join(instances, "_base", USED));
  await makeDisk(join(instances, "b"), `/moved/_base/${USED}_sm`);
  await makeDisk(join(instances, "c"), undefined);
}

async function makeDisk(directory: string, backing: string | undefined): Promise<void> {
  await Deno.mkdir(directory);
  const overlay = backing === undefined ? [] : ["-u", "-F", "raw", "-b", backing];
  const args = ["create", "-q", "-f", "qcow2", ...overlay, join(directory, "disk"), "1M"];
  const { success, stderr } = await new Deno.Command("qemu-img", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** What nova makes of it; it removes what it thinks is due. */
async function novaVerdict(instances: string): Promise<Verdict> {
  const { code, stdout, stderr } = await python([
    `${import.meta.dirname}/cache_manager.py`,
    instances,
  ]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Verdict;
}

const PEERS = { modules: ["nova"], programs: { "qemu-img": ["--version"] } };
const namesOf = (entries: readonly CacheEntry[]) => entries.map(({ name }) => name).sort();

peerTest("the list of the cache agrees with nova's cache manager", PEERS, () => {
  const contents = Object.fromEntries(Object.keys(CACHE).map((name) => [`_base/${name}`, "x"]));
  return withFiles(contents, async (instancesPath) => {
    await furnish(instancesPath);
    const layout = { instancesPath, subdirectory: "_base" };
    const entries = listCache(systemFiles, layout, POLICY, findCacheUse(systemFiles, layout));
    const now = Date.now();
    const nova = await novaVerdict(instancesPath);
    for (const kind of ["base", "resized", "swap", "ephemeral"] as const) {
      assertEquals(namesOf(entries.filter((entry) => entry.kind === kind)), nova[kind]);
    }
    assertEquals(namesOf(entries.filter(({ users }) => users.length > 0)), nova.in_use);
    const removable = ({ removableFrom }: CacheEntry) =>
      removableFrom !== null && removableFrom <= now;
    assertEquals(namesOf(entries.filter(removable)), nova.removed);
  });
});
