/**
 * `cache.lock`: locks hold on the cache's file system (over NFS they may not), and this user can take
 * those that are there.
 *
 * @module
 */
import { join } from "node:path";
import { cacheDirectory, isLock } from "@/cache/paths.ts";
import { type Check, failure, type Finding, ok, type Patient } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_only.ts";
import { cacheLayout, withProbe } from "@/doctor/probe.ts";
import { ToolError } from "@/errors.ts";

/** The check. */
export const cacheLock: Check = {
  id: "cache.lock",
  what: "locks hold on the file system of the cache",
  run(patient) {
    return withProbe(
      patient,
      async (path) =>
        await whatFails(patient, path) ?? foreignLock(patient) ?? ok("flock(2) holds there"),
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

/** A killed run of root leaves its lock, which another user cannot open for writing. */
function foreignLock({ config, context }: Patient): Finding | undefined {
  const { files, identity: { uid } } = context;
  const cache = cacheDirectory(cacheLayout(config));
  const path = files.list(cache).filter(isLock).map((name) => join(cache, name))
    .find((each) => uid !== 0 && files.lstat(each)?.uid !== uid);
  if (path === undefined) return undefined;
  return failure(
    `'${path}' is uid ${files.lstat(path)?.uid}'s: uid ${uid} cannot lock it`,
    `if no process of that user runs: rm ${path}`,
  );
}
