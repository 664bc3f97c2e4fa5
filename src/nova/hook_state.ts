/**
 * Where the hook is installed on this host, and its state: in services, in Pythons, in containers.
 *
 * @module
 */
import { join } from "node:path";
import { isHooked, missingMounts, type NovaContainer } from "@/nova/containers.ts";
import {
  dropInOf,
  HOOK_MODULE,
  HOOK_UNIT,
  type HookFile,
  isSealed,
  SITE_MODULE,
  SITE_PTH,
  siteFiles,
  unitFiles,
} from "@/nova/hook_files.ts";
import { hookedUnits } from "@/nova/hook_units.ts";
import { librariesOf, type Look, novaPrefixes, unlessClosed } from "@/nova/site_packages.ts";

/** One place of the hook. */
export interface Installation {
  /** What loads it. */
  readonly way: "service" | "python" | "container";
  /** The service, the directory of packages, or the engine and its container. */
  readonly name: string;
  /** `outdated`: from another version of this program. */
  readonly state: "whole" | "incomplete" | "changed" | "outdated";
  /** The file that is missing or was modified, `null` if there is none. */
  readonly path: string | null;
  /** The fix, `null` if none is needed. */
  readonly remedy: string | null;
}

/**
 * Finds every place with a file of the hook.
 *
 * @param containers Those of nova-compute on this host.
 * @param directories Additional directories of packages.
 * @throws {ToolError} `permission_denied` or `io`, if a file of the hook cannot be read.
 */
export function installations(
  files: Look,
  containers: readonly NovaContainer[] = [],
  directories: readonly string[] = [],
): readonly Installation[] {
  return [
    ...hookedUnits(files, "/").flatMap((unit) => inService(files, unit)),
    ...pythons(files, directories).flatMap((directory) => inPython(files, directory)),
    ...containers.filter(isHooked).map(inContainer),
  ];
}

function inContainer(container: NovaContainer): Installation {
  const [missing = null] = missingMounts(container);
  return {
    way: "container",
    name: container.name,
    state: missing === null ? "whole" : "incomplete",
    path: missing,
    remedy: missing === null ? null : `mount '${missing}' into the container as well`,
  };
}

function pythons(files: Look, directories: readonly string[]): readonly string[] {
  const known = novaPrefixes(files).flatMap((prefix) =>
    unlessClosed(() => librariesOf(files, "/", prefix))
  );
  const hasAny = (directory: string) =>
    [SITE_MODULE, SITE_PTH].some((name) => files.stat(join(directory, name)) !== undefined);
  return [...new Set([...directories, ...known])].filter(hasAny);
}

function inService(files: Look, unit: string): readonly Installation[] {
  const isThere = [HOOK_MODULE, dropInOf(unit)].some((path) => files.stat(path) !== undefined);
  const install = `glance-direct hook install${unit === HOOK_UNIT ? "" : ` --unit ${unit}`}`;
  const restart = `${install} && systemctl restart ${unit}`;
  return isThere
    ? [{ way: "service", name: unit, ...judge(files, unitFiles(unit), install, restart) }]
    : [];
}

function inPython(files: Look, directory: string): readonly Installation[] {
  const install = `glance-direct hook install --site-packages ${directory}`;
  const restart = `${install}, then restart nova-compute`;
  const verdict = judge(files, siteFiles(directory), install, restart);
  return [{ way: "python", name: directory, ...verdict }];
}

function judge(files: Look, wanted: readonly HookFile[], install: string, restart: string) {
  const texts = wanted.map(({ path, text }) => ({
    path,
    text,
    found: files.stat(path) === undefined ? undefined : files.readText(path),
  }));
  const missing = texts.find(({ found }) => found === undefined);
  if (missing !== undefined) {
    return { state: "incomplete", path: missing.path, remedy: install } as const;
  }
  const changed = texts.find(({ found = "" }) => !isSealed(found));
  if (changed !== undefined) {
    const remedy = `keep a copy of the change, then: ${install} --force`;
    return { state: "changed", path: changed.path, remedy } as const;
  }
  const outdated = texts.find(({ found, text }) => found !== text);
  if (outdated === undefined) return { state: "whole", path: null, remedy: null } as const;
  return { state: "outdated", path: outdated.path, remedy: restart } as const;
}
