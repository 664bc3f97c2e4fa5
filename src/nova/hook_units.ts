/**
 * The services that load the hook: the one given to `hook install`, and those of earlier
 * installations.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { dropInOf, hasSeal, HOOK_UNIT, UNIT_DIRECTORY } from "@/nova/hook_files.ts";

/**
 * Reads the name of a service: `nova-compute`, or `openstack-nova-compute` in RDO; `.service` may
 * follow.
 *
 * @throws {ToolError} `usage`, if it is not a unit name (systemd.unit(5)).
 */
export function parseUnit(text: string): string {
  const name = text.replace(/\.service$/, "");
  if (/^[\w:\\.@-]{1,240}$/.test(name) && !/^\.{1,2}$/.test(name)) return name;
  throw new ToolError("usage", `Cannot hook into '${text}': it is not a service name`, {
    hints: ["find the one of this host: systemctl list-unit-files '*nova-compute*'"],
  });
}

/**
 * The services whose drop-in this program wrote, modified since or not; {@linkcode HOOK_UNIT} if
 * there is none, and if somebody else wrote its drop-in.
 *
 * @param root Root of the compute host's file system, `/` on the host itself.
 */
export function hookedUnits(
  files: Pick<Files, "list" | "lstat" | "readText">,
  root: string,
): readonly string[] {
  const names = files.list(join(root, UNIT_DIRECTORY))
    .flatMap((name) => /^(.+)\.service\.d$/.exec(name)?.[1] ?? []);
  const found = names.filter((unit) => {
    const path = join(root, dropInOf(unit));
    return files.lstat(path)?.isFile && (unit === HOOK_UNIT || hasSeal(files.readText(path)));
  });
  return found.length === 0 ? [HOOK_UNIT] : found;
}
