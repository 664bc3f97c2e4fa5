/**
 * Probes directories with a temporary file.
 *
 * @module
 */
import { join } from "node:path";
import { cacheDirectory, cacheLayout } from "@/cache/paths.ts";
import type { HostFacts } from "@/doctor/check.ts";

let probes = 0;

/**
 * Creates an empty file in the cache (or next to it, if it does not exist yet), and removes it at
 * the end.
 *
 * @throws {ToolError} `cannot_create`, if no file can be created.
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
 * Creates an empty file in a directory, and removes it at the end. Its name does not have the 40
 * characters of a base in nova's cache, nor the suffix of metrics files.
 *
 * @throws {ToolError} `cannot_create`, if no file can be created.
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
