/**
 * The unit files of a systemd service: whether it exists, and what sets a variable of its environment.
 *
 * @module
 */
import { basename, join } from "node:path";
import type { Files } from "@/context.ts";

/** Directories of unit files, first wins (systemd.unit(5), "Unit File Load Path"). */
const LOAD_PATH = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
  "/run/systemd/generator.late",
];

/** Shell files that Debian's start script of nova-compute reads, after systemd set the environment. */
const SOURCED_FILES = ["/etc/default/openstack", "/etc/default/nova-compute"];

/**
 * The services that a host has, without `.service`; none where it has no systemd.
 *
 * @param root Where the compute host's file system is, `/` on the host itself.
 */
export function services(files: Pick<Files, "list">, root: string): readonly string[] {
  const names = LOAD_PATH.flatMap((directory) => files.list(join(root, directory)));
  return [...new Set(names.flatMap((name) => /^(.+)\.service$/.exec(name)?.[1] ?? []))].sort();
}

/** Whether a service is among {@linkcode services}; `name@gpu` is made from the template `name@`. */
export function hasService(all: readonly string[], unit: string): boolean {
  return all.includes(unit) || all.includes(unit.replace(/@.*$/, "@"));
}

/**
 * The files of a service, drop-ins included, in which a variable's name stands. That it may be a comment
 * does not matter: somebody is told to look.
 *
 * @param except A path that is left aside.
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
  // Of equal names the first directory's counts: /lib is a link to /usr/lib, too.
  const first = new Map(
    candidates.filter((path) => exists(files, root, path)).reverse()
      .map((path) => [basename(path), path]),
  );
  return [...first.values(), ...SOURCED_FILES.filter((path) => exists(files, root, path))]
    .filter((path) => path !== except && files.readText(join(root, path)).includes(variable))
    .sort();
}

/** The `User=` of a service, drop-ins aside; `undefined` where there is no such service, or it is root's. */
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
 * Whether a service runs now: systemd keeps a link of that name while it does (systemd's
 * `unit_export_invocation_id`).
 */
export function isActive(files: Pick<Files, "lstat">, unit: string): boolean {
  return files.lstat(`/run/systemd/units/invocation:${unit}.service`) !== undefined;
}

function exists(files: Pick<Files, "stat">, root: string, path: string): boolean {
  return files.stat(join(root, path))?.isFile ?? false;
}
