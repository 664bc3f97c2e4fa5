/**
 * What a systemd unit puts into one environment variable, read from its files: the hook has to keep
 * a `PYTHONPATH` that is there, and to say so where a file that systemd reads later replaces it.
 *
 * @module
 */
import { basename, join } from "node:path";
import type { Files } from "@/context.ts";

/** Directories of unit files, first wins (systemd.unit(5), "Unit File Load Path"). */
const UNIT_DIRECTORIES = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

/** Shell files that Debian's start script of nova-compute reads, after systemd set the environment. */
const SOURCED_FILES = ["/etc/default/openstack", "/etc/default/nova-compute"];

/** A variable as the files around a drop-in set it. */
export interface UnitVariable {
  /** Its value where the drop-in is read. */
  readonly before: string | undefined;
  /** Files read after the drop-in that set it again. */
  readonly replacedBy: readonly string[];
}

/** One file of a unit. */
interface UnitFile {
  readonly path: string;
  readonly text: string;
}

/**
 * What a variable is before and after a drop-in, leaving the drop-in itself aside.
 *
 * @param root Where the compute host's file system is, `/` on the host itself.
 * @param dropIn Absolute path of the drop-in on the host.
 * @throws {ToolError} `permission_denied` or `io`, if a file of the unit cannot be read.
 */
export function variableAround(
  files: Pick<Files, "list" | "readText" | "stat">,
  root: string,
  unit: string,
  dropIn: string,
  name: string,
): UnitVariable {
  const read = (path: string): UnitFile => ({ path, text: files.readText(join(root, path)) });
  const exists = (path: string) => files.stat(join(root, path))?.isFile ?? false;
  const dropIns = dropInsOf(files, root, unit).filter((path) => path !== dropIn);
  const isEarlier = (path: string) => basename(path) < basename(dropIn);
  const main = UNIT_DIRECTORIES.map((directory) => `${directory}/${unit}`).filter(exists);
  const before = [...main.slice(0, 1), ...dropIns.filter(isEarlier)].map(read);
  const after = dropIns.filter((path) => !isEarlier(path)).map(read);
  const sourced = [...before, ...after].flatMap(environmentFiles).concat(SOURCED_FILES);
  return {
    before: lastValue(before, name),
    replacedBy: [
      ...after.filter((file) => lastValue([file], name) !== undefined),
      ...sourced.filter(exists).map(read).filter(({ text }) => isSet(text, name)),
    ].map(({ path }) => path),
  };
}

/** Paths of a unit's drop-ins in the order of their names; of equal names the first directory's. */
function dropInsOf(files: Pick<Files, "list">, root: string, unit: string): readonly string[] {
  const found = new Map<string, string>();
  for (const directory of UNIT_DIRECTORIES.map((parent) => `${parent}/${unit}.d`)) {
    for (const name of files.list(join(root, directory))) {
      if (name.endsWith(".conf") && !found.has(name)) found.set(name, `${directory}/${name}`);
    }
  }
  return [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([, path]) => path);
}

/** The value after all files were read; an empty `Environment=` forgets what came before it. */
function lastValue(files: readonly UnitFile[], name: string): string | undefined {
  let value: string | undefined;
  for (const setting of files.flatMap((file) => settings(file, "Environment"))) {
    if (setting === "") value = undefined;
    for (const word of words(setting)) {
      if (word.startsWith(`${name}=`)) value = word.slice(name.length + 1);
    }
  }
  return value;
}

/** Paths of `EnvironmentFile=`, whose contents win over `Environment=` (systemd.exec(5)). */
function environmentFiles(file: UnitFile): readonly string[] {
  return settings(file, "EnvironmentFile").map((path) => path.replace(/^-/, ""));
}

/** Values of a setting of the section `[Service]`, continuation lines joined. */
function settings({ text }: UnitFile, key: string): readonly string[] {
  const found: string[] = [];
  let section = "";
  for (const line of text.replaceAll(/\\\n/g, " ").split("\n").map((line) => line.trim())) {
    if (/^\[.*\]$/.test(line)) section = line;
    else if (section === "[Service]" && /^[^#;]/.test(line)) {
      const [name = "", ...rest] = line.split("=");
      if (name.trim() === key) found.push(rest.join("=").trim());
    }
  }
  return found;
}

/** Splits at blanks outside quotes and resolves quotes and backslashes (systemd.syntax(7)). */
function words(setting: string): readonly string[] {
  const found = setting.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|[^\s"'\\])+/g) ?? [];
  return found.map((word) =>
    word.replaceAll(
      /"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\\(.)/g,
      (_, double, single, escaped) => escaped ?? (double ?? single).replaceAll(/\\(.)/g, "$1"),
    )
  );
}

/** Whether a file of shell assignments sets a variable. */
function isSet(text: string, name: string): boolean {
  return new RegExp(`^\\s*(export\\s+)?${name}=`, "m").test(text);
}
