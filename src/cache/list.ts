/**
 * The content of nova's image cache, as nova's cache manager sees it
 * (`nova.virt.libvirt.imagecache.ImageCacheManager`).
 *
 * @module
 */
import { join } from "node:path";
import type { CacheUse } from "@/cache/in_use.ts";
import { cacheDirectory, type CacheLayout, isLock, temporaryOwner } from "@/cache/paths.ts";
import type { Config } from "@/config/config.ts";
import type { Files } from "@/context.ts";

/**
 * What a name in the cache means. Nova's cache manager handles `base`, `resized` (before Folsom),
 * `ephemeral` and `swap`; `part` and `converted` are nova's downloads and conversions, in progress
 * or left over; `temporary` and `lock` are ours; `other` is any other file.
 */
export type EntryKind =
  | "base"
  | "resized"
  | "ephemeral"
  | "swap"
  | "part"
  | "converted"
  | "temporary"
  | "lock"
  | "other";

/** One file of the cache. Sizes in bytes, times in milliseconds since the epoch. */
export interface CacheEntry {
  /** Its name in the cache directory. */
  readonly name: string;
  /** What the name means. */
  readonly kind: EntryKind;
  /** Length. */
  readonly size: number;
  /** Bytes that it takes on disk. */
  readonly allocated: number;
  /** Time of its last use: nova touches files that it uses. */
  readonly mtime: number;
  /** Disks that depend on it. */
  readonly users: readonly string[];
  /** Time from which nova's cache manager removes it; `null` when it does not. */
  readonly removableFrom: number | null;
}

/** When nova's cache manager removes unused files. Ages in seconds. */
export interface RemovalPolicy {
  /** Whether it removes any. */
  readonly isOn: boolean;
  /** Minimum age of a base, and of ephemeral and swap files. */
  readonly originalAge: number;
  /** Minimum age of a resized base. */
  readonly resizedAge: number;
}

/** The policy in nova-compute's configuration. */
export function removalPolicy(config: Config): RemovalPolicy {
  return {
    isOn: config.get("image_cache.remove_unused_base_images") &&
      config.get("image_cache.manager_interval") !== -1,
    originalAge: config.get("image_cache.remove_unused_original_minimum_age_seconds"),
    resizedAge: config.get("image_cache.remove_unused_resized_minimum_age_seconds"),
  };
}

/** The last time that a `Date` can represent: a longer age, as some operators set, means never. */
const LAST_TIME = 8.64e15;

/** The regular files of the cache directory, by name. */
export function listCache(
  files: Pick<Files, "list" | "lstat">,
  layout: CacheLayout,
  policy: RemovalPolicy,
  use: CacheUse,
): readonly CacheEntry[] {
  const directory = cacheDirectory(layout);
  return files.list(directory).flatMap((name) => {
    const info = files.lstat(join(directory, name));
    if (!info?.isFile) return [];
    const { size, allocated, mtime } = info;
    const kind = kindOf(name);
    const users = use.users.get(name) ?? [];
    const age = users.length > 0 ? null : removalAge(kind, policy);
    const from = mtime + (age ?? Infinity) * 1000;
    const removableFrom = from > LAST_TIME ? null : from;
    return [{ name, kind, size, allocated, mtime, users, removableFrom }];
  });
}

const DIGEST_LENGTH = 40;

/** What a name means to nova's cache manager (`_scan_base_images`): 40 characters are a base. */
export function kindOf(name: string): EntryKind {
  if (name.length === DIGEST_LENGTH) return "base";
  if (name.length > DIGEST_LENGTH + 2 && name[DIGEST_LENGTH] === "_") return "resized";
  if (/^swap_\d+$/.test(name)) return "swap";
  if (/^ephemeral_\d+_[^_]{7}$/.test(name)) return "ephemeral";
  if (temporaryOwner(name) !== null) return "temporary";
  if (isLock(name)) return "lock";
  return suffixKind(name);
}

function suffixKind(name: string): EntryKind {
  if (name.endsWith(".part")) return "part";
  return name.endsWith(".converted") ? "converted" : "other";
}

/** Seconds after its last use at which nova removes a file; `null` when it never does. */
function removalAge(kind: EntryKind, policy: RemovalPolicy): number | null {
  if (!policy.isOn) return null;
  if (kind === "base" || kind === "ephemeral" || kind === "swap") return policy.originalAge;
  return kind === "resized" ? policy.resizedAge : null;
}
