/**
 * The cache of this host as the `cache` commands see it, with the image names from Glance.
 *
 * @module
 */
import { join } from "node:path";
import { findCacheUse } from "@/cache/in_use.ts";
import { type CacheEntry, listCache, removalPolicy } from "@/cache/list.ts";
import { baseName, cacheDirectory, type CacheLayout, cacheLayout } from "@/cache/paths.ts";
import type { Config } from "@/config/config.ts";
import type { Files } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/** What is in the cache. */
export interface CacheSurvey {
  /** Where it is. */
  readonly layout: CacheLayout;
  /** Every regular file. */
  readonly entries: readonly CacheEntry[];
  /** Disks that could not be read: while there are any, no file counts as unused. */
  readonly unreadable: readonly string[];
}

/** Reads the cache and the disks that depend on it. */
export function surveyCache(config: Config, files: Files): CacheSurvey {
  const layout = cacheLayout(config);
  const use = findCacheUse(files, layout);
  const entries = listCache(files, layout, removalPolicy(config), use);
  return { layout, entries, unreadable: use.unreadable };
}

/** The path of an entry. */
export function pathOf(layout: CacheLayout, entry: CacheEntry): string {
  return join(cacheDirectory(layout), entry.name);
}

/**
 * Images by the name of their base file. Glance cannot look up that name, so all images visible to
 * these credentials are listed.
 *
 * @throws {ToolError} What listing throws.
 */
export async function imagesByBase(
  client: Pick<GlanceClient, "list">,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ImageRecord>> {
  const images = new Map<string, ImageRecord>();
  for (const hidden of ["false", "true"]) {
    for await (const image of client.list({ os_hidden: [hidden] }, signal)) {
      images.set(baseName(image.id), image);
    }
  }
  return images;
}
