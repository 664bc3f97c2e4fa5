/**
 * The unit files of a systemd service: which there are, and what sets a variable in its
 * environment.
 *
 * @module
 */
import { basename, join } from "node:path";
import type { Files } from "@/context.ts";

/**
 * Directories of unit files, the first has priority (systemd.unit(5), "Unit File Load Path").
 * `systemctl set-property` writes to those that end in `.control`.
 */
const LOAD_PATH = [
  "/etc/systemd/system.control",
  "/run/systemd/system.control",
  "/run/systemd/transient",
  "/etc/systemd/system",
  "/run/systemd/system",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
  "/run/systemd/generator.late",
];

/** Shell files that Debian's start script of nova-compute reads: they override the unit. */
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
 * The files of a service: its unit file, then its drop-ins, in the order in which systemd applies
 * them (systemd.unit(5)). Drop-ins are sorted by name, wherever they are; of equal names, the first
 * directory has priority. Paths are below `root`.
 */
export function unitPaths(
  files: Pick<Files, "list" | "stat">,
  root: string,
  unit: string,
): readonly string[] {
  const main = namesOf(unit).flatMap((name) =>
    LOAD_PATH.map((directory) => `${directory}/${name}.service`)
  ).find((path) => exists(files, root, path));
  const dropIns = LOAD_PATH.flatMap((directory) =>
    dropInDirectories(unit).map((name) => `${directory}/${name}`)
  ).flatMap((directory) =>
    files.list(join(root, directory)).filter((name) => name.endsWith(".conf"))
      .map((name) => `${directory}/${name}`)
  );
  const first = new Map(dropIns.reverse().map((path) => [basename(path), path]));
  const sorted = [...first.keys()].sort().map((name) => first.get(name) ?? name);
  // A link to /dev/null is a drop-in that is switched off.
  return [
    ...main === undefined ? [] : [main],
    ...sorted.filter((path) => exists(files, root, path)),
  ];
}

/** `name@gpu` has the files of the template `name@`, too. */
function namesOf(unit: string): readonly string[] {
  return [...new Set([unit, unit.replace(/@.*$/, "@")])];
}

/** `nova-compute.service.d`, `nova-.service.d`, and `service.d` of all services. */
function dropInDirectories(unit: string): readonly string[] {
  const prefixes = [...unit.matchAll(/-(?=.)/g)].map(({ index }) => unit.slice(0, index + 1));
  const names = [...namesOf(unit), ...prefixes.reverse()].map((name) => `${name}.service.d`);
  return [...names, "service.d"];
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
  return [
    ...unitPaths(files, root, unit),
    ...SOURCED_FILES.filter((path) => exists(files, root, path)),
  ].filter((path) => path !== except && files.readText(join(root, path)).includes(variable))
    .sort();
}

/** Whether a service is running: then systemd has this link (`unit_export_invocation_id`). */
export function isActive(files: Pick<Files, "lstat">, unit: string): boolean {
  return files.lstat(`/run/systemd/units/invocation:${unit}.service`) !== undefined;
}

function exists(files: Pick<Files, "stat">, root: string, path: string): boolean {
  return files.stat(join(root, path))?.isFile ?? false;
}
