/**
 * How much disk the cache takes, and whether it may take more.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** Bytes of disk that the regular files of a directory take, holes not counted. */
export function diskUsage(files: Pick<Files, "list" | "lstat">, directory: string): number {
  return files.list(directory).reduce((sum, name) => {
    const info = files.lstat(join(directory, name));
    return sum + (info?.isFile ? info.allocated : 0);
  }, 0);
}

/**
 * Keeps the cache within its budget.
 *
 * @param path The file to be made.
 * @param size Bytes that it may take.
 * @param budget Bytes that the cache may take; `undefined` means no limit.
 * @throws {ToolError} `no_space`.
 */
export function expectWithinBudget(
  files: Pick<Files, "list" | "lstat">,
  path: string,
  size: number,
  budget: number | undefined,
): void {
  if (budget === undefined) return;
  const used = diskUsage(files, dirname(path));
  if (used + size <= budget) return;
  throw new ToolError(
    "no_space",
    `Cannot make '${path}': the cache has ${used} of ${budget} bytes, needed are ${size} more`,
    { hints: ["remove what is not used: glance-direct cache prune; or raise cache_budget"] },
  );
}
