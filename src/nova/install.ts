/**
 * Puts the hook's files in their places and takes them away again. Files that were not written here,
 * or were changed since, are left alone unless forced.
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
  hookFiles,
  isSealed,
} from "@/nova/hook_files.ts";
import { hookedUnits } from "@/nova/hook_units.ts";
import { variableAround } from "@/nova/unit_environment.ts";

/** What the installer needs of the outside world. */
export type Outside = Pick<Context, "files" | "identity" | "log">;

/** Where to, and how carefully. */
export interface HookOptions {
  /** Where the compute host's file system is, e.g. a package's build directory. @default {"/"} */
  readonly root: string;
  /** Also replace or remove what is not ours. @default {false} */
  readonly force: boolean;
}

/** And into what. */
export interface InstallOptions extends HookOptions {
  /** The service that runs nova-compute, without `.service`. @default {HOOK_UNIT} */
  readonly unit?: string;
}

/** What became of one file. */
export interface HookChange {
  /** Its path, below the root. */
  readonly path: string;
  /** `unchanged`: it was right already; `absent`: there was nothing to remove. */
  readonly change: "written" | "unchanged" | "removed" | "absent";
}

/**
 * Writes the hook's files, each in one step.
 *
 * @throws {ToolError} `cannot_create`, `no_space` or `io`; `cannot_create` also for a file of others.
 */
export async function installHook(
  outside: Outside,
  options: InstallOptions,
): Promise<readonly HookChange[]> {
  const { root, unit = HOOK_UNIT } = options;
  const targets = hookFiles(keptPythonPath(outside, root, unit), unit).map((file) => ({
    path: join(root, file.path),
    text: file.text,
  }));
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
 * Removes the hook's files, those of every service that it was installed for, what Python compiled from
 * them, and their directories where these are empty then.
 *
 * @throws {ToolError} `io`; `cannot_create` for a file of others, and then nothing is removed.
 */
export function uninstallHook(outside: Outside, options: HookOptions): readonly HookChange[] {
  const { root } = options;
  const dropIns = hookedUnits(outside.files, root).map(dropInOf);
  const paths = [HOOK_MODULE, ...dropIns].map((path) => join(root, path));
  for (const path of paths) refuseForeign(outside, path, options, "remove");
  const changes = paths.map((path): HookChange => {
    const change = outside.files.lstat(path) === undefined ? "absent" : "removed";
    outside.files.remove(path);
    return { path, change };
  });
  removeTraces(outside, root, dropIns);
  return changes;
}

/** What the unit has on `PYTHONPATH` without the hook; warns where the hook would not get there. */
function keptPythonPath({ files, log }: Outside, root: string, unit: string): string | undefined {
  const [service, dropIn] = [`${unit}.service`, dropInOf(unit)];
  const { before, replacedBy } = variableAround(files, root, service, dropIn, "PYTHONPATH");
  for (const path of replacedBy) {
    log("warning", `'${path}' sets PYTHONPATH after '${dropIn}': put '${HOOK_DIRECTORY}' there`);
  }
  return before;
}

/** @throws {ToolError} `cannot_create`, if a file is there that is not ours. */
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

/** The text of a file, `undefined` where nothing is. */
function textOf({ files }: Outside, path: string): string | undefined {
  return files.lstat(path) === undefined ? undefined : files.readText(path);
}

async function write(outside: Outside, path: string, text: string): Promise<void> {
  makeDirectories(outside, dirname(path));
  using ingest = await Ingest.begin(outside, { path, mode: 0o644, replace: true });
  ingest.file.writeAt(new TextEncoder().encode(text), 0);
  ingest.commit();
}

function removeTraces({ files }: Outside, root: string, dropIns: readonly string[]): void {
  const directory = join(root, HOOK_DIRECTORY);
  const compiled = join(directory, "__pycache__");
  for (const name of files.list(compiled)) {
    if (/^sitecustomize\.[\w.-]+\.pyc$/.test(name)) files.remove(join(compiled, name));
  }
  const units = dropIns.map((path) => dirname(join(root, path)));
  const own = [compiled, directory, dirname(directory), ...units];
  for (const path of own) {
    if (files.stat(path)?.isDirectory && files.list(path).length === 0) files.remove(path);
  }
}
