/**
 * How much disk the cache uses, and whether it may use more.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { temporaryOwner } from "@/cache/paths.ts";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { PRUNE_HINT } from "@/hints.ts";
import { formatCompared } from "@/human_units.ts";

/**
 * Bytes on disk used by the regular files of a directory, without holes.
 *
 * @param isCounted Selects files. @default all
 */
export function diskUsage(
  files: Pick<Files, "list" | "lstat">,
  directory: string,
  isCounted: (name: string) => boolean = () => true,
): number {
  return files.list(directory).filter(isCounted).reduce((sum, name) => {
    const info = files.lstat(join(directory, name));
    return sum + (info?.isFile ? info.allocated : 0);
  }, 0);
}

/** A file to make. Sizes in bytes. */
export interface BudgetNeed {
  /** The file. */
  readonly path: string;
  /** Maximum space that it may use. */
  readonly size: number;
  /** Maximum space of the other files that this process makes now. */
  readonly promised: number;
  /** This process: its temporary files are part of the reservation. */
  readonly pid: number;
}

/**
 * Keeps the cache within its size limit.
 *
 * @param budget Maximum bytes of the cache; `undefined` means no limit.
 * @throws {ToolError} `no_space`.
 */
export function expectWithinBudget(
  files: Pick<Files, "list" | "lstat">,
  { path, pid, promised, size }: BudgetNeed,
  budget: number | undefined,
): void {
  if (budget === undefined) return;
  const isOthers = (name: string) => temporaryOwner(name)?.pid !== pid;
  const used = diskUsage(files, dirname(path), isOthers) + promised;
  if (used + size <= budget) return;
  const [taken, more, limit] = formatCompared(used, size, budget);
  throw new ToolError(
    "no_space",
    `Cannot make '${path}': the cache takes ${taken}, ${more} more would exceed [glance_direct]cache_budget (${limit})`,
    { hints: [PRUNE_HINT, "or raise [glance_direct]cache_budget"] },
  );
}
