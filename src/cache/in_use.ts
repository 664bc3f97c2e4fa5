/**
 * Which files of the cache are in use: those that a disk of some instance is an overlay of. Nova's cache
 * manager asks its database for instances and looks at their `disk` alone
 * (`ImageCacheManager._list_backing_images`); without a database every disk in every directory below
 * `instances_path` counts, so what is found here is never less.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { backingFileOf } from "@/cache/backing_file.ts";
import type { CacheLayout } from "@/cache/paths.ts";
import type { Files } from "@/context.ts";

/** What disks need of the cache. */
export interface CacheUse {
  /** Paths of disks by the name of the file in the cache that they depend on. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  /** Disks that could not be read: what they need is not known, so nothing may be called unused. */
  readonly unreadable: readonly string[];
}

type DiskFiles = Pick<Files, "list" | "stat" | "open" | "readText">;

/** Longer chains are a loop: nova makes one overlay, a snapshot a few more. */
const LONGEST_CHAIN = 64;

/** Directories below `instances_path` that belong to no instance. */
const NO_INSTANCES = ["locks", "lost+found"];

/** Follows the backing files of all disks below `instances_path`, of this host and of others on it. */
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
      // By its last part, as nova does: a name stays the same when `instances_path` has moved.
      for (const base of new Set(chain?.map((path) => basename(path)))) {
        users.set(base, [...users.get(base) ?? [], disk]);
      }
    }
  }
  return { users, unreadable };
}

/**
 * Disks of an instance: `disk`, `disk.eph0`, `disk.rescue`, overlays of snapshots; `undefined` when its
 * directory cannot be read. What a guest has written is never taken for a header: only names that nova
 * gives to disks count, and not those that its own record calls raw (`resolve_driver_format`).
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

/** A record that cannot be read calls no disk raw: then one more base counts as used. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Paths of the files under a disk, the nearest first; `undefined` when the disk cannot be read. */
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

/** The backing file's name in a file's header. */
function readBacking(files: DiskFiles, path: string): string | undefined | "unreadable" {
  try {
    if (!files.stat(path)?.isFile) return undefined;
    using file = files.open(path);
    return backingFileOf(file);
  } catch {
    return isGone(files, path) ? undefined : "unreadable";
  }
}

/** An instance may be deleted while we look at it. What cannot even be looked at is not gone. */
function isGone(files: DiskFiles, path: string): boolean {
  try {
    return files.stat(path) === undefined;
  } catch {
    return false;
  }
}
