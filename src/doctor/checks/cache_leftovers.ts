/**
 * `cache.leftovers`: dead runs have left no files.
 *
 * @module
 */
import { findLeftovers } from "@/cache/leftovers.ts";
import { listCache, removalPolicy } from "@/cache/list.ts";
import { cacheLayout } from "@/cache/paths.ts";
import { type Check, ok, warning } from "@/doctor/check.ts";
import { formatBytes } from "@/ui/format.ts";

/** The check. */
export const cacheLeftovers: Check = {
  id: "cache.leftovers",
  what: "dead runs left nothing in the cache",
  async run({ config, context: { clock, files } }) {
    const layout = cacheLayout(config);
    // What disks need does not matter here: a leftover is nobody's base.
    const use = { users: new Map(), unreadable: [] };
    const entries = listCache(files, layout, removalPolicy(config), use);
    const left = await findLeftovers(files, layout, entries, clock.now());
    if (left.length === 0) return ok("Nothing is left over");
    const bytes = left.reduce((sum, { allocated }) => sum + allocated, 0);
    return warning(
      `Dead runs left ${formatBytes(bytes)} in ${
        left.length === 1 ? "a file" : `${left.length} files`
      }`,
      "glance-direct cache prune",
      left.map(({ name }) => name),
    );
  },
};
