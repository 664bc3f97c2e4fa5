/**
 * The user that nova-compute runs as. Root can read everything, so a check as root would not show
 * what nova-compute can read.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { hookedUnits } from "@/nova/hook_units.ts";
import type { Look } from "@/nova/site_packages.ts";
import { UnitSettings } from "@/nova/unit_settings.ts";

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
export function serviceUser(files: Look, instancesPath: string): ServiceUser | undefined {
  const accounts = records(files, "/etc/passwd");
  const groups = records(files, "/etc/group");
  const service = settingsOf(files);
  const asked = service?.last("User")?.value;
  const named = accounts.find(([name, , uid]) => asked === name || asked === uid);
  const owner = files.stat(instancesPath);
  const uid = Number(named?.[2] ?? (isNumber(asked) ? asked : owner?.uid));
  if (!uid) return undefined;
  const account = accounts.find((fields) => Number(fields[2]) === uid);
  const [name] = account ?? [];
  const gidOf = (group: string) =>
    isNumber(group) ? [group] : groups.filter(([each]) => each === group).map(([, , gid]) => gid);
  const own = service?.last("Group")?.value;
  const [gid = account?.[3] ?? owner?.gid ?? uid] = own === undefined ? [] : gidOf(own);
  const member = groups.filter(([, , , members = ""]) =>
    name !== undefined && members.split(",").includes(name)
  );
  const further = service?.list("SupplementaryGroups").flatMap(({ value }) => value.split(/\s+/));
  const gids = [gid, ...member.map(([, , gid]) => gid), ...further?.flatMap(gidOf) ?? []];
  return {
    name: name ?? `uid ${uid}`,
    uid,
    group: groups.find(([, , each]) => Number(each) === Number(gid))?.[0] ?? String(gid),
    gids: [...new Set(gids.map(Number))],
  };
}

/**
 * The service that says who it runs as; with `Group=`, the group of the user's account counts only
 * if it lists the user (systemd.exec(5), initgroups(3)).
 */
function settingsOf(files: Look): UnitSettings | undefined {
  return [...hookedUnits(files, "/"), HOOK_UNIT, "openstack-nova-compute"]
    .map((unit) => UnitSettings.read(files, "/", unit))
    .find((settings) => settings.last("User") !== undefined);
}

function isNumber(text: string | undefined): text is string {
  return /^\d+$/.test(text ?? "");
}

/** Fields of the lines of passwd(5) and group(5). */
function records(files: Pick<Files, "readText" | "stat">, path: string) {
  const text = files.stat(path)?.isFile ? files.readText(path) : "";
  return text.split("\n").filter((line) => line.includes(":")).map((line) => line.split(":"));
}
