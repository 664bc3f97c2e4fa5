/**
 * `cache.lock`: locks hold on the cache's file system (over NFS they may not), and this user can take
 * those that are there.
 *
 * @module
 */
import { join } from "node:path";
import { cacheDirectory, cacheLayout, isLock } from "@/cache/paths.ts";
import { type Check, failure, type Finding, ok, type Patient } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_only.ts";
import { withProbe } from "@/doctor/probe.ts";
import { ToolError } from "@/errors.ts";

/** The check. */
export const cacheLock: Check = {
  id: "cache.lock",
  what: "locks hold on the file system of the cache",
  run(patient) {
    return withProbe(
      patient,
      async (path) =>
        await whatFails(patient, path) ?? await foreignLock(patient) ?? ok("flock(2) holds there"),
    );
  },
};

/** Locks a file twice, which must not go well. */
async function whatFails(patient: Patient, path: string): Promise<Finding | undefined> {
  const { files } = patient.context;
  const hint = `use a file system with locks for ${settingAt(patient, "DEFAULT.instances_path")}`;
  try {
    using first = await files.tryLock(path);
    if (first === undefined) return failure("flock(2) does not work there: it never ends", hint);
    using second = await files.tryLock(path);
    return second && failure("flock(2) gives one lock twice there", hint);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return failure(error.message, hint);
  }
}

/** A lock that a killed run of another user left, and that this one cannot take. */
async function foreignLock({ config, context: { files } }: Patient): Promise<Finding | undefined> {
  const cache = cacheDirectory(cacheLayout(config));
  for (const path of files.list(cache).filter(isLock).map((name) => join(cache, name))) {
    try {
      using _lock = await files.tryLock(path);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const owner = files.lstat(path)?.uid;
      return failure(error.message, `if no process of uid ${owner} makes an image: rm ${path}`);
    }
  }
}
