/**
 * Which files of the cache are in use: those that are the backing file of a disk. Nova's cache
 * manager reads the instances from its database and checks only their `disk`
 * (`ImageCacheManager._list_backing_images`). Without a database, every disk in every directory
 * below `instances_path` counts, so the result is never smaller than nova's.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { backingFileOf } from "@/cache/backing_file.ts";
import type { CacheLayout } from "@/cache/paths.ts";
import type { Files } from "@/context.ts";

/** The cached files that disks need. */
export interface CacheUse {
  /** Paths of disks, by the name of the cached file that they depend on. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  /** Disks that could not be read: their backing file is unknown, so no file counts as unused. */
  readonly unreadable: readonly string[];
}

type DiskFiles = Pick<Files, "list" | "stat" | "open" | "readText">;

/** A longer chain is a loop: nova makes one overlay, a snapshot a few more. */
const LONGEST_CHAIN = 64;

/** Directories below `instances_path` that do not belong to an instance. */
const NO_INSTANCES = ["locks", "lost+found"];

/** Follows the backing files of all disks below `instances_path`, and of hosts that share it. */
export function findCacheUse(
  files: Pick<Files, "list" | "stat" | "open" | "readText">,
  { instancesPath, subdirectory }: CacheLayout,
): CacheUse {
  const users = new Map<string, string[]>();
  const unreadable: string[] = [];
  const others = [...NO_INSTANCES, subdirectory.split("/")[0]];
  for (const name of files.list(instancesPath).filter((name) => !others.includes(name))) {
    const instance = join(instancesPath, name);
    const disks = disksOf(files, instance);
    if (disks === undefined) unreadable.push(instance);
    for (const disk of disks ?? []) {
      const chain = chainOf(files, disk);
      if (chain === undefined) unreadable.push(disk);
      // Compares the last part of the path, as nova does: the name stays the same when
      // `instances_path` moves.
      for (const base of new Set(chain?.map((path) => basename(path)))) {
        users.set(base, [...users.get(base) ?? [], disk]);
      }
    }
  }
  return { users, unreadable };
}

/**
 * Disks of an instance: `disk`, `disk.eph0`, `disk.rescue`, overlays of snapshots; `undefined` when
 * its directory cannot be read. Data written by a guest must not be read as a header: only names
 * that nova gives to disks count, and not those that the instance's own record calls raw
 * (`resolve_driver_format`).
 */
function disksOf(files: DiskFiles, instance: string): readonly string[] | undefined {
  try {
    const isRaw = rawDisksOf(files, instance);
    return files.list(instance)
      .filter((name) => name.startsWith("disk") && !isRaw(name))
      .map((name) => join(instance, name));
  } catch {
    return undefined;
  }
}

/** Reads `disk.info`: a JSON object of formats by path. */
function rawDisksOf(files: DiskFiles, instance: string): (name: string) => boolean {
  const path = join(instance, "disk.info");
  if (files.stat(path) === undefined) return () => false;
  const raw = Object.entries(parse(files.readText(path))).filter(([, format]) => format === "raw");
  const names = raw.map(([disk]) => basename(disk));
  return (name) => names.includes(name);
}

/** A record that cannot be read calls no disk raw; then one more base counts as used. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Paths of a disk's backing files, the nearest first; `undefined` when the disk cannot be read. */
function chainOf(files: DiskFiles, disk: string): readonly string[] | undefined {
  const chain: string[] = [];
  let path = disk;
  while (chain.length < LONGEST_CHAIN) {
    const backing = readBacking(files, path);
    if (backing === "unreadable") return undefined;
    if (backing === undefined) return chain;
    path = resolve(dirname(path), backing);
    chain.push(path);
  }
  return chain;
}

/** The backing file's name in the header of a file. */
function readBacking(files: DiskFiles, path: string): string | undefined | "unreadable" {
  try {
    if (!files.stat(path)?.isFile) return undefined;
    using file = files.open(path);
    return backingFileOf(file);
  } catch {
    return isGone(files, path) ? undefined : "unreadable";
  }
}

/** An instance may be deleted during the check. A file that cannot be checked still exists. */
function isGone(files: DiskFiles, path: string): boolean {
  try {
    return files.stat(path) === undefined;
  } catch {
    return false;
  }
}
