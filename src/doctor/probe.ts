/**
 * Directories as the checks try them: with a file of their own.
 *
 * @module
 */
import { join } from "node:path";
import { cacheDirectory, cacheLayout } from "@/cache/paths.ts";
import type { HostFacts } from "@/doctor/check.ts";

let probes = 0;

/**
 * Makes an empty file in the cache (or, before there is one, beside it), and removes it at the end.
 *
 * @throws {ToolError} `cannot_create`, if no file can be made.
 */
export async function withProbe<T>(
  host: HostFacts,
  use: (path: string) => T | Promise<T>,
): Promise<T> {
  const layout = cacheLayout(host.config);
  const cache = cacheDirectory(layout);
  const isThere = host.context.files.stat(cache) !== undefined;
  return await withFileIn(host, isThere ? cache : layout.instancesPath, use);
}

/**
 * Makes an empty file in a directory, and removes it at the end. Its name has not the 40 characters by
 * which nova's cache manager knows a base, nor the ending by which a collector knows metrics.
 *
 * @throws {ToolError} `cannot_create`, if no file can be made.
 */
export async function withFileIn<T>(
  { context: { files, identity } }: HostFacts,
  directory: string,
  use: (path: string) => T | Promise<T>,
): Promise<T> {
  const path = join(directory, `.glance-direct-doctor.${identity.pid}.${probes++}`);
  files.createNew(path, 0o600).close();
  try {
    return await use(path);
  } finally {
    files.remove(path);
  }
}
