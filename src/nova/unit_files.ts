/**
 * The unit files of a systemd service: whether it exists, and what sets a variable in its
 * environment.
 *
 * @module
 */
import { basename, join } from "node:path";
import type { Files } from "@/context.ts";

/** Directories of unit files, the first has priority (systemd.unit(5), "Unit File Load Path"). */
const LOAD_PATH = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
  "/run/systemd/generator.late",
];

/**
 * Shell files that Debian's start script of nova-compute reads after systemd has set the
 * environment.
 */
const SOURCED_FILES = ["/etc/default/openstack", "/etc/default/nova-compute"];

/**
 * The services of a host, without `.service`; none if it has no systemd.
 *
 * @param root Root of the compute host's file system, `/` on the host itself.
 */
export function services(files: Pick<Files, "list">, root: string): readonly string[] {
  const names = LOAD_PATH.flatMap((directory) => files.list(join(root, directory)));
  return [...new Set(names.flatMap((name) => /^(.+)\.service$/.exec(name)?.[1] ?? []))].sort();
}

/**
 * Whether a service is one of {@linkcode services}; `name@gpu` is made from the template `name@`.
 */
export function hasService(all: readonly string[], unit: string): boolean {
  return all.includes(unit) || all.includes(unit.replace(/@.*$/, "@"));
}

/**
 * The files of a service, including drop-ins, that contain a variable's name. A name in a comment
 * also counts, because the operator then checks the file.
 *
 * @param except A path to ignore.
 * @throws {ToolError} `permission_denied` or `io`, if a file cannot be read.
 */
export function filesNaming(
  files: Pick<Files, "list" | "readText" | "stat">,
  root: string,
  unit: string,
  variable: string,
  except: string,
): readonly string[] {
  const candidates = LOAD_PATH.flatMap((directory) => [
    `${directory}/${unit}.service`,
    ...files.list(join(root, `${directory}/${unit}.service.d`))
      .filter((name) => name.endsWith(".conf"))
      .map((name) => `${directory}/${unit}.service.d/${name}`),
  ]);
  // Of equal names, the first directory has priority: /lib is a link to /usr/lib, too.
  const first = new Map(
    candidates.filter((path) => exists(files, root, path)).reverse()
      .map((path) => [basename(path), path]),
  );
  return [...first.values(), ...SOURCED_FILES.filter((path) => exists(files, root, path))]
    .filter((path) => path !== except && files.readText(join(root, path)).includes(variable))
    .sort();
}

/**
 * The `User=` of a service, without drop-ins; `undefined` if there is no such service, or it runs
 * as root.
 */
export function userOf(
  files: Pick<Files, "readText" | "stat">,
  root: string,
  unit: string,
): string | undefined {
  const path = LOAD_PATH.map((directory) => `${directory}/${unit}.service`)
    .find((each) => exists(files, root, each));
  if (path === undefined) return undefined;
  return /^[ \t]*User[ \t]*=[ \t]*(\S+)[ \t]*$/m.exec(files.readText(join(root, path)))?.[1];
}

/**
 * Whether a service is running: then systemd keeps a link with its name (systemd's
 * `unit_export_invocation_id`).
 */
export function isActive(files: Pick<Files, "lstat">, unit: string): boolean {
  return files.lstat(`/run/systemd/units/invocation:${unit}.service`) !== undefined;
}

function exists(files: Pick<Files, "stat">, root: string, path: string): boolean {
  return files.stat(join(root, path))?.isFile ?? false;
}
