/**
 * The user that nova-compute runs as. Root can read everything, so a check as root would not show
 * what nova-compute can read.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { hookedUnits } from "@/nova/hook_units.ts";
import { userOf } from "@/nova/unit_files.ts";

/** A user, as the kernel checks permissions. */
export interface ServiceUser {
  /** Name, or "uid 42436" if the host has none: a container's user, seen from outside. */
  readonly name: string;
  /** User id. */
  readonly uid: number;
  /** Name of the user's own group, or its id if the host has no name for it. */
  readonly group: string;
  /** Group ids, the user's own first. */
  readonly gids: readonly number[];
}

/**
 * Finds the user: that of the service, else the owner of the instances directory.
 *
 * @returns `undefined`, if neither is known, or it is root.
 */
export function serviceUser(
  files: Pick<Files, "list" | "lstat" | "readText" | "stat">,
  instancesPath: string,
): ServiceUser | undefined {
  const accounts = records(files, "/etc/passwd");
  const names = [...hookedUnits(files, "/"), HOOK_UNIT, "openstack-nova-compute"]
    .map((unit) => userOf(files, "/", unit));
  const named = accounts.find(([name = ""]) => names.includes(name));
  const owner = files.stat(instancesPath);
  const uid = named === undefined ? owner?.uid : Number(named[2]);
  if (!uid) return undefined;
  const account = accounts.find((fields) => Number(fields[2]) === uid);
  const name = account?.[0];
  const own = account === undefined ? owner?.gid : Number(account[3]);
  const groups = records(files, "/etc/group");
  const further = groups
    .filter(([, , , members = ""]) => name !== undefined && members.split(",").includes(name))
    .map(([, , gid]) => Number(gid));
  return {
    name: name ?? `uid ${uid}`,
    uid,
    group: groups.find(([, , gid]) => Number(gid) === own)?.[0] ?? String(own ?? uid),
    gids: [...new Set([...own === undefined ? [] : [own], ...further])],
  };
}

/** Fields of the lines of passwd(5) and group(5). */
function records(files: Pick<Files, "readText" | "stat">, path: string) {
  const text = files.stat(path)?.isFile ? files.readText(path) : "";
  return text.split("\n").filter((line) => line.includes(":")).map((line) => line.split(":"));
}
