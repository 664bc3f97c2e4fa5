/**
 * Checks of the image cache: its directory, its space, its locks and leftovers of dead runs.
 *
 * @module
 */
import { findLeftovers } from "@/cache/leftovers.ts";
import { listCache, removalPolicy } from "@/cache/list.ts";
import { cacheDirectory, cacheLayout, isLock } from "@/cache/paths.ts";
import {
  type Check,
  failure,
  type Finding,
  type HostFacts,
  NotApplicable,
  ok,
  reportedBy,
  warning,
} from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_path.ts";
import { withProbe } from "@/doctor/probe.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import { PRUNE_HINT } from "@/hints.ts";
import { formatBytes } from "@/human_units.ts";
import { dirname, join } from "node:path";

/** The check. */
export const cacheDirectoryCheck: Check = {
  id: "cache.directory",
  what: "the cache exists, belongs to nova, and is writable",
  async run(host) {
    const { files, identity } = host.context;
    const layout = cacheLayout(host.config);
    const directory = cacheDirectory(layout);
    const instances = files.stat(layout.instancesPath);
    if (instances?.isDirectory !== true) {
      return failure(
        `There is no directory '${layout.instancesPath}'`,
        `start nova-compute once, or correct ${settingAt(host, "DEFAULT.instances_path")}`,
      );
    }
    const info = files.stat(directory);
    await withProbe(host, (probe) => void probe);
    if (info === undefined) return ok(`'${directory}' can be created in '${dirname(directory)}'`);
    if (info.dev !== instances.dev) {
      return warning(
        `'${directory}' is not on the file system of '${layout.instancesPath}'`,
        `mount one file system over both; ${settingAt(host, "image_cache.subdirectory_name")}`,
      );
    }
    if (info.uid !== instances.uid) {
      return warning(
        `'${directory}' belongs to uid ${info.uid}, but '${layout.instancesPath}' to uid ${instances.uid}`,
        `chown ${instances.uid}:${instances.gid} ${directory}`,
      );
    }
    // A symbolic link planted there could redirect `qemu-img`, which opens files by name.
    if ((info.mode & 0o002) !== 0) {
      return warning(`Every user of the host can write '${directory}'`, `chmod o-w ${directory}`);
    }
    return ok(`uid ${identity.uid} can write '${directory}'`);
  },
};

/** The check. */
export const cacheLeftovers: Check = {
  id: "cache.leftovers",
  what: "the cache has no leftovers of dead runs",
  async run({ config, context: { clock, files } }) {
    const layout = cacheLayout(config);
    // The needs of disks do not matter here: no disk depends on a leftover.
    const use = { users: new Map(), unreadable: [] };
    const entries = listCache(files, layout, removalPolicy(config), use);
    const left = await findLeftovers(files, layout, entries, clock.now());
    if (left.length === 0) return ok("There are no leftovers");
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

/** The check. */
export const cacheLock: Check = {
  id: "cache.lock",
  what: "locks work on the file system of the cache",
  async run(host) {
    try {
      return await withProbe(
        host,
        async (path) =>
          await whatFails(host, path) ?? await foreignLock(host) ?? ok("flock(2) holds there"),
      );
    } catch (error) {
      const isUnmade = error instanceof ToolError && error.code === "cannot_create";
      throw isUnmade ? reportedBy("No file can be created there", "cache.directory", error) : error;
    }
  },
};

/** Locks a file twice; the second lock must fail. */
async function whatFails(host: HostFacts, path: string): Promise<Finding | undefined> {
  const { files } = host.context;
  const hint = `use a file system with locks for ${settingAt(host, "DEFAULT.instances_path")}`;
  try {
    using first = await files.tryLock(path);
    if (first === undefined) return failure("flock(2) does not work there: it never ends", hint);
    using second = await files.tryLock(path);
    return second && failure("flock(2) grants one lock twice there", hint);
  } catch (error) {
    return failure(expectedFailure(error).message, hint);
  }
}

/** A lock that a killed run of another user left, and that this user cannot take. */
async function foreignLock(
  { config, context: { files } }: HostFacts,
): Promise<Finding | undefined> {
  const cache = cacheDirectory(cacheLayout(config));
  for (const path of files.list(cache).filter(isLock).map((name) => join(cache, name))) {
    try {
      using _lock = await files.tryLock(path);
    } catch (error) {
      const owner = files.lstat(path)?.uid;
      const { message } = expectedFailure(error);
      return failure(message, `if no process of uid ${owner} makes an image: rm ${path}`);
    }
  }
}

const MIB = 1_048_576;

/** The check. */
export const cacheSpace: Check = {
  id: "cache.space",
  what: "the largest image fits",
  async run(host) {
    const { config, context } = host;
    const layout = cacheLayout(config);
    const cache = cacheDirectory(layout);
    const place = context.files.stat(cache) === undefined ? layout.instancesPath : cache;
    const free = context.files.stat(place) && context.files.freeSpace(place);
    if (free === undefined) throw new NotApplicable(`The free space of '${place}' is not known`);
    const usable = Math.max(0, free - config.get("DEFAULT.reserved_host_disk_mb") * MIB);
    const largest = Math.max(...(await host.images()).map(needOf));
    const text = `${formatBytes(usable)} free in '${place}', the largest image takes up to ${
      formatBytes(largest)
    }`;
    if (largest <= usable) return ok(text);
    return warning(
      text,
      `${PRUNE_HINT}; kept free is ${settingAt(host, "DEFAULT.reserved_host_disk_mb")}`,
    );
  },
};

/** The final size of the base: a qcow2 converted to raw takes its virtual size. */
function needOf({ size, virtualSize }: { size: number | null; virtualSize: number | null }) {
  return Math.max(size ?? 0, virtualSize ?? 0);
}
