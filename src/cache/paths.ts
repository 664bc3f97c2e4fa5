/**
 * Names in nova's image cache.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Config } from "@/config/config.ts";

/** The options of the names: `[DEFAULT]instances_path`, `[image_cache]subdirectory_name`. */
export type CacheLayout = { readonly instancesPath: string; readonly subdirectory: string };

/** The layout from nova's configuration. */
export function cacheLayout(config: Pick<Config, "get">): CacheLayout {
  return {
    instancesPath: config.get("DEFAULT.instances_path"),
    subdirectory: config.get("image_cache.subdirectory_name"),
  };
}

/** The directory of base files (`nova.virt.libvirt.imagecache.get_cache_fname` and its callers). */
export function cacheDirectory(layout: CacheLayout): string {
  return join(layout.instancesPath, layout.subdirectory);
}

/** Name of the base file of an image: `sha1(image id)`, no suffix (`nova.virt.imagecache`). */
export function baseName(imageId: string): string {
  return sha1(imageId);
}

/** The base file of an image. */
export function basePath(layout: CacheLayout, imageId: string): string {
  return join(cacheDirectory(layout), baseName(imageId));
}

/**
 * Prefix of our own names next to a file. Nova's cache manager takes every name of 40 characters
 * for a base and every name with `_` at index 40 for a resized one; these names are longer and have
 * a hex digit there.
 */
const PREFIX = ".glance-direct-";

/**
 * Path of the temporary file that becomes `final` when it is verified.
 *
 * @param stage Distinguishes two temporary files of one process.
 */
export function temporaryPath(final: string, pid: number, stage: "tmp" | "raw" = "tmp"): string {
  return join(dirname(final), `${PREFIX}${keyOf(final)}.${pid}.${stage}`);
}

/** The file that is locked while `final` is being made; the holder removes it at the end. */
export function lockPath(final: string): string {
  return join(dirname(final), `${PREFIX}${keyOf(final)}.lock`);
}

/** The process that made a temporary file, if `name` is one of ours. */
export function temporaryOwner(
  name: string,
): { readonly key: string; readonly pid: number } | null {
  const found = /^\.glance-direct-([0-9a-f]{40})\.(\d{1,10})\.(?:tmp|raw)$/.exec(name);
  return found === null ? null : { key: found[1]!, pid: Number(found[2]) };
}

/** Whether `name` is one of our lock files. */
export function isLock(name: string): boolean {
  return /^\.glance-direct-[0-9a-f]{40}\.lock$/.test(name);
}

/** The common part of the temporary and the lock file of `final`: 40 hex digits. */
export function keyOf(final: string): string {
  const name = final.slice(final.lastIndexOf("/") + 1);
  return /^[0-9a-f]{40}$/.test(name) ? name : sha1(name);
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
