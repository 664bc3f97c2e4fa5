/**
 * `cache.directory`: files can be made where nova looks for them.
 *
 * @module
 */
import { dirname } from "node:path";
import { cacheDirectory, cacheLayout } from "@/cache/paths.ts";
import { type Check, failure, ok, warning } from "@/doctor/check.ts";
import { withProbe } from "@/doctor/probe.ts";
import { settingAt } from "@/doctor/direct_only.ts";

/** The check. */
export const cacheDirectoryCheck: Check = {
  id: "cache.directory",
  what: "the cache is there, nova's, and can be written",
  async run(patient) {
    const { files, identity } = patient.context;
    const layout = cacheLayout(patient.config);
    const directory = cacheDirectory(layout);
    const instances = files.stat(layout.instancesPath);
    if (instances?.isDirectory !== true) {
      return failure(
        `There is no directory '${layout.instancesPath}'`,
        `start nova-compute once, or correct ${settingAt(patient, "DEFAULT.instances_path")}`,
      );
    }
    const info = files.stat(directory);
    await withProbe(patient, (probe) => void probe);
    if (info === undefined) return ok(`'${directory}' can be made in '${dirname(directory)}'`);
    if (info.dev !== instances.dev) {
      return warning(
        `'${directory}' is not on the file system of '${layout.instancesPath}'`,
        `mount one file system over both; ${settingAt(patient, "image_cache.subdirectory_name")}`,
      );
    }
    if (info.uid !== instances.uid) {
      return warning(
        `'${directory}' is uid ${info.uid}'s, but '${layout.instancesPath}' is uid ${instances.uid}'s`,
        `chown ${instances.uid}:${instances.gid} ${directory}`,
      );
    }
    // A link that somebody plants there leads `qemu-img`, which opens files by their names, elsewhere.
    if ((info.mode & 0o002) !== 0) {
      return warning(`Every user of the host can write '${directory}'`, `chmod o-w ${directory}`);
    }
    return ok(`uid ${identity.uid} can write '${directory}'`);
  },
};
