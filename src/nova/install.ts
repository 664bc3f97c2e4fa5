/**
 * Installs and removes the hook's files. Files that this program did not write, or that were
 * modified since, are left alone unless forced.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { makeDirectories } from "@/cache/directory.ts";
import { Ingest } from "@/cache/ingest.ts";
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import {
  dropInOf,
  HOOK_DIRECTORY,
  HOOK_MODULE,
  HOOK_UNIT,
  isSealed,
  SITE_MODULE,
  SITE_PTH,
  siteFiles,
  unitFiles,
} from "@/nova/hook_files.ts";
import { hookedUnits } from "@/nova/hook_units.ts";
import { expectNova } from "@/nova/site_packages.ts";
import { filesNaming, hasService, services } from "@/nova/unit_files.ts";

/** What the installer needs. */
export type Outside = Pick<Context, "files" | "identity" | "log">;

/** The target, and how to treat other files. */
export interface HookOptions {
  /** Root of the compute host's file system, e.g. a package's build directory. @default {"/"} */
  readonly root: string;
  /**
   * Also replace or remove files that are not ours, and install where nova is missing.
   *
   * @default {false}
   */
  readonly force: boolean;
  /** The site-packages of nova's Python, instead of a service; absolute, below the root. */
  readonly sitePackages?: string | undefined;
}

/** And into what. */
export interface InstallOptions extends HookOptions {
  /** The service that runs nova-compute, without `.service`. @default {HOOK_UNIT} */
  readonly unit?: string;
}

/** The result for one file. */
export interface HookChange {
  /** Its path, below the root. */
  readonly path: string;
  /** `unchanged`: it was correct already; `absent`: there was nothing to remove. */
  readonly change: "written" | "unchanged" | "removed" | "absent";
}

/**
 * Writes the hook's files, each atomically.
 *
 * @throws {ToolError} `cannot_create`, `no_space` or `io`; `cannot_create` also for a file that is
 * not ours; `usage`, if there is no such service or no nova; `permission_denied` without root.
 */
export async function installHook(
  outside: Outside,
  options: InstallOptions,
): Promise<readonly HookChange[]> {
  const { root } = options;
  const targets = filesFor(outside, options)
    .map(({ path, text }) => ({ path: join(root, path), text }));
  for (const { path } of targets) refuseForeign(outside, path, options, "replace");
  const changes: HookChange[] = [];
  for (const { path, text } of targets) {
    const isRight = textOf(outside, path) === text;
    if (!isRight) await write(outside, path, text);
    changes.push({ path, change: isRight ? "unchanged" : "written" });
  }
  return changes;
}

/**
 * Removes the hook's files from site-packages, or else from every service with an installed hook,
 * the files that Python compiled from them, and the hook's own directories if they are then empty.
 *
 * @throws {ToolError} `io`; `cannot_create` for a file that is not ours, and then nothing is
 * removed; `permission_denied` without root.
 */
export function uninstallHook(outside: Outside, options: HookOptions): readonly HookChange[] {
  const { root, sitePackages } = options;
  if (sitePackages === undefined) expectRoot(outside, options, "uninstall");
  const dropIns = hookedUnits(outside.files, root).map(dropInOf);
  // The module is removed last: with a .pth but no module, every Python start would print an error.
  const own = sitePackages === undefined
    ? [HOOK_MODULE, ...dropIns]
    : [SITE_PTH, SITE_MODULE].map((name) => join(sitePackages, name));
  const paths = own.map((path) => join(root, path));
  for (const path of paths) refuseForeign(outside, path, options, "remove");
  const changes = paths.map((path): HookChange => {
    const change = outside.files.lstat(path) === undefined ? "absent" : "removed";
    outside.files.remove(path);
    return { path, change };
  });
  removeCompiled(outside, join(root, sitePackages ?? HOOK_DIRECTORY));
  if (sitePackages === undefined) removeEmpty(outside, root, dropIns);
  return changes;
}

function filesFor(outside: Outside, options: InstallOptions) {
  const { root, force, sitePackages, unit = HOOK_UNIT } = options;
  if (sitePackages !== undefined) {
    if (!force) expectNova(outside.files, root, sitePackages);
    return siteFiles(sitePackages);
  }
  if (!force) expectService(outside, root, unit);
  expectRoot(outside, options, "install");
  warnOfPythonPath(outside, root, unit);
  return unitFiles(unit);
}

/** A root without any service is a package build, which accepts any. */
function expectService({ files }: Outside, root: string, unit: string): void {
  const all = services(files, root);
  if (hasService(all, unit) || root !== "/" && all.length === 0) return;
  const [other] = all.filter((name) => /nova.*compute/.test(name));
  throw new ToolError("usage", `Cannot hook into '${unit}': this host has no such service`, {
    hints: [
      other === undefined
        ? "for nova-compute in a venv or a container: glance-direct hook install --python PATH"
        : `glance-direct hook install --unit ${other}`,
      "--force if the service is installed later",
    ],
  });
}

/** @throws {ToolError} `permission_denied`. */
function expectRoot({ identity: { uid } }: Outside, { root }: HookOptions, verb: string): void {
  if (root !== "/" || uid === 0 || uid === null) return;
  throw new ToolError(
    "permission_denied",
    `Cannot ${verb} the hook as uid ${uid}: only root can write below /usr/lib and /etc/systemd`,
    { hints: [`sudo glance-direct hook ${verb}`] },
  );
}

/** systemd cannot append to a variable: the drop-in's value and another one exclude each other. */
function warnOfPythonPath({ files, log }: Outside, root: string, unit: string): void {
  const dropIn = dropInOf(unit);
  for (const path of filesNaming(files, root, unit, "PYTHONPATH", dropIn)) {
    log(
      "warning",
      `'${path}' has a PYTHONPATH, and only one of it and '${dropIn}' can apply: ` +
        `run 'hook uninstall', then 'hook install --python' with nova's Python`,
    );
  }
}

/** @throws {ToolError} `cannot_create`, if a file exists that is not ours. */
function refuseForeign(
  outside: Outside,
  path: string,
  { force }: HookOptions,
  action: "replace" | "remove",
): void {
  const text = textOf(outside, path);
  if (force || text === undefined || isSealed(text)) return;
  throw new ToolError(
    "cannot_create",
    `Cannot ${action} '${path}': it is not as 'glance-direct hook install' wrote it`,
    { hints: ["keep a copy of your changes, then run again with --force"] },
  );
}

/** The text of a file, `undefined` if it does not exist. */
function textOf({ files }: Outside, path: string): string | undefined {
  return files.lstat(path) === undefined ? undefined : files.readText(path);
}

async function write(outside: Outside, path: string, text: string): Promise<void> {
  makeDirectories(outside, dirname(path));
  using ingest = await Ingest.begin(outside, { path, mode: 0o644, replace: true });
  ingest.file.writeAt(new TextEncoder().encode(text), 0);
  ingest.commit();
}

function removeCompiled({ files }: Outside, directory: string): void {
  const compiled = join(directory, "__pycache__");
  for (const name of files.list(compiled)) {
    if (/^(?:sitecustomize|glance_direct_nova)\.[\w.-]+\.pyc$/.test(name)) {
      files.remove(join(compiled, name));
    }
  }
  removeIfEmpty(files, compiled);
}

function removeEmpty({ files }: Outside, root: string, dropIns: readonly string[]): void {
  const directory = join(root, HOOK_DIRECTORY);
  const units = dropIns.map((path) => dirname(join(root, path)));
  for (const path of [directory, dirname(directory), ...units]) removeIfEmpty(files, path);
}

function removeIfEmpty(files: Outside["files"], path: string): void {
  if (files.stat(path)?.isDirectory && files.list(path).length === 0) files.remove(path);
}
