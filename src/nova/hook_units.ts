/**
 * Which services load the hook: the one that `hook install` is told, and those that it was told before.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { dropInOf, hasSeal, HOOK_UNIT, UNIT_DIRECTORY } from "@/nova/hook_files.ts";

/**
 * Reads the name of a service: `nova-compute`, or `openstack-nova-compute` as RDO has it; `.service`
 * may follow.
 *
 * @throws {ToolError} `usage`, if it is no name of a unit (systemd.unit(5)).
 */
export function parseUnit(text: string): string {
  const name = text.replace(/\.service$/, "");
  if (/^[\w:\\.@-]{1,240}$/.test(name) && !/^\.{1,2}$/.test(name)) return name;
  throw new ToolError("usage", `Cannot hook into '${text}': it is no name of a service`, {
    hints: ["find the one of this host: systemctl list-unit-files '*nova-compute*'"],
  });
}

/**
 * The services whose drop-in was written here, changed since or not; {@linkcode HOOK_UNIT} where there
 * is none, and where somebody else wrote the drop-in of it.
 *
 * @param root Where the compute host's file system is, `/` on the host itself.
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
