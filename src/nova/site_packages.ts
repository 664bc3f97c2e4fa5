/**
 * Finds the package directories of a Python by its files, because the program may not run an
 * interpreter. It supports the layout of a venv (PEP 405) and those of the distributions' own
 * Pythons.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import type { Files } from "@/context.ts";
import { expectedFailure, ToolError } from "@/errors.ts";

/** The part of the file system that is read. */
export type Look = Pick<Files, "list" | "lstat" | "readText" | "stat">;

/** How the command line gives the directory: by an interpreter, or directly. */
export type SiteChoice = {
  readonly python?: string | undefined;
  readonly sitePackages?: string | undefined;
};

/**
 * The given directory, `undefined` without one.
 *
 * @param root Root of the host's file system, `/` on the host itself.
 * @throws {ToolError} `usage`, if both are given, or the argument is not an interpreter or not a
 * directory.
 */
export function chosenDirectory(
  files: Look,
  root: string,
  { python, sitePackages }: SiteChoice,
): string | undefined {
  if (python !== undefined && sitePackages !== undefined) {
    throw refused("--python and --site-packages", "they name the same thing twice", "give one");
  }
  if (python !== undefined) return directoryOf(files, root, resolve(python));
  if (sitePackages === undefined) return undefined;
  const directory = resolve(sitePackages);
  if (files.stat(join(root, directory))?.isDirectory) return directory;
  throw refused(directory, "there is no such directory", ASK);
}

/** Refuses a directory whose Python has no nova. @throws {ToolError} `usage`. */
export function expectNova(files: Look, root: string, directory: string): void {
  const venv = dirname(dirname(dirname(directory)));
  const shared = basePrefix(files, root, venv);
  const places = [directory, ...shared === undefined ? [] : librariesOf(files, root, shared)];
  if (places.some((place) => hasNova(files, root, place))) return;
  throw refused(
    directory,
    "nova is not installed there",
    `${ASK}; --force if it is installed later`,
  );
}

/** Whether a directory has nova: its code, or the record of an editable installation. */
export function hasNova(files: Pick<Files, "list">, root: string, directory: string): boolean {
  return files.list(join(root, directory)).some((name) =>
    /^nova(?:|\.egg-link|-[^-]+(?:-.+)?\.(?:dist|egg)-info)$/.test(name)
  );
}

/** The distribution's own Python, and the venvs of Kolla, OpenStack-Helm and DevStack. */
const PREFIXES = ["/usr", "/var/lib/kolla/venv", "/var/lib/openstack", "/opt/stack/data/venv"];

/** Where OpenStack-Ansible has a venv for each release. */
const VENVS = "/openstack/venvs";

/** Prefixes that may have a nova in them, the likeliest first, of OpenStack-Ansible's the newest. */
export function novaPrefixes(files: Pick<Files, "list">): readonly string[] {
  const venvs = unlessClosed(() => files.list(VENVS)).filter((name) => name.startsWith("nova-"));
  return [...PREFIXES, ...venvs.toReversed().map((name) => join(VENVS, name))];
}

/** The result, or nothing if this user may not read the directory: then it is skipped. */
export function unlessClosed(find: () => readonly string[]): readonly string[] {
  try {
    return find();
  } catch (error) {
    expectedFailure(error);
    return [];
  }
}

/**
 * Package directories below a prefix such as `/usr` or a venv, those for one version of Python
 * first; if a directory has two names, the one that is not a link.
 */
export function librariesOf(files: Look, root: string, prefix: string): readonly string[] {
  const parents = ["lib", "lib64", "local/lib", "local/lib64"].map((name) => join(prefix, name));
  const found = parents.flatMap((parent) =>
    files.list(join(root, parent)).filter((name) => /^(?:python|pypy)[\d.]*t?$/.test(name))
      .sort((a, b) => b.length - a.length)
      .flatMap((name) =>
        ["site-packages", "dist-packages"].map((last) => `${parent}/${name}/${last}`)
      )
  );
  const seen = new Set<string>();
  return found.filter((path) => {
    const info = files.stat(join(root, path));
    if (!info?.isDirectory) return false;
    const key = `${info.dev}:${info.ino}`;
    return !seen.has(key) && seen.add(key);
  });
}

const ASK = "name the Python that runs nova-compute: head -n 1 $(command -v nova-compute)";

function directoryOf(files: Look, root: string, python: string): string {
  const name = basename(python);
  if (!/^(?:python|pypy)[\d.]*t?$/.test(name) || !isProgram(files, root, python)) {
    throw refused(python, "it is not a Python interpreter", ASK);
  }
  const prefix = dirname(dirname(python));
  const version = versionOf(files, root, prefix) ?? /\d+\.\d+t?$/.exec(name)?.[0];
  const all = librariesOf(files, root, prefix);
  const fitting = all.filter((path) => basename(dirname(path)) === `python${version}`);
  const usable = version !== undefined && fitting.length > 0 ? fitting : all;
  const directory = all.find((path) => hasNova(files, root, path)) ?? usable[0];
  if (directory !== undefined) return directory;
  throw refused(python, `there is no site-packages below '${prefix}'`, ASK);
}

/** A link in another root may point anywhere in that root, so there it is not resolved. */
function isProgram(files: Look, root: string, path: string): boolean {
  const link = files.lstat(join(root, path));
  if (link?.isSymlink && root !== "/") return true;
  const info = files.stat(join(root, path));
  return info?.isFile === true && (info.mode & 0o111) !== 0;
}

/** Python's version in a venv, as in "3.12". */
function versionOf(files: Look, root: string, prefix: string): string | undefined {
  return /^version(?:_info)?\s*=\s*(\d+\.\d+)/m.exec(venvSettings(files, root, prefix) ?? "")?.[1];
}

/** Prefix of the Python whose packages a venv sees, too (`--system-site-packages`). */
function basePrefix(files: Look, root: string, venv: string): string | undefined {
  const text = venvSettings(files, root, venv) ?? "";
  if (!/^include-system-site-packages\s*=\s*true\s*$/mi.test(text)) return undefined;
  const home = /^home\s*=\s*(\S+)\s*$/m.exec(text)?.[1];
  return home === undefined ? undefined : dirname(home);
}

function venvSettings(files: Look, root: string, prefix: string): string | undefined {
  const path = join(root, prefix, "pyvenv.cfg");
  return files.stat(path)?.isFile ? files.readText(path) : undefined;
}

function refused(what: string, why: string, hint: string): ToolError {
  return new ToolError("usage", `Cannot hook into '${what}': ${why}`, { hints: [hint] });
}
