/**
 * `cache.lock`: locks hold on the cache's file system; over NFS they may not.
 *
 * @module
 */
import { type Check, failure, ok } from "@/doctor/check.ts";
import { withProbe } from "@/doctor/cache_probe.ts";
import { settingAt } from "@/doctor/direct_only.ts";

/** The check. */
export const cacheLock: Check = {
  id: "cache.lock",
  what: "locks hold on the file system of the cache",
  run(patient) {
    const { files } = patient.context;
    return withProbe(patient, async (path) => {
      using first = await files.tryLock(path);
      using second = await files.tryLock(path);
      if (first !== undefined && second === undefined) return ok("flock(2) holds there");
      return failure(
        first === undefined ? "flock(2) does not work there" : "flock(2) gives one lock twice",
        `use a file system with locks for ${settingAt(patient, "DEFAULT.instances_path")}`,
      );
    });
  },
};
