/**
 * The cache as the checks try it: where it is, and a file of their own in it.
 *
 * @module
 */
import { join } from "node:path";
import { cacheDirectory, type CacheLayout } from "@/cache/paths.ts";
import type { Config } from "@/config/config.ts";
import type { Patient } from "@/doctor/check.ts";

/** Where the cache is. */
export function cacheLayout(config: Config): CacheLayout {
  return {
    instancesPath: config.get("DEFAULT.instances_path"),
    subdirectory: config.get("image_cache.subdirectory_name"),
  };
}

let probes = 0;

/**
 * Makes an empty file in the cache (or, before there is one, beside it), and removes it at the end.
 * Its name has not the 40 characters by which nova's cache manager knows a base.
 *
 * @throws {ToolError} `cannot_create`, if no file can be made.
 */
export async function withProbe<T>(
  { config, context }: Patient,
  use: (path: string) => T | Promise<T>,
): Promise<T> {
  const { files, identity } = context;
  const layout = cacheLayout(config);
  const cache = cacheDirectory(layout);
  const directory = files.stat(cache) === undefined ? layout.instancesPath : cache;
  const path = join(directory, `.glance-direct-doctor.${identity.pid}.${probes++}`);
  files.createNew(path, 0o600).close();
  try {
    return await use(path);
  } finally {
    files.remove(path);
  }
}
