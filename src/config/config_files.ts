/**
 * The configuration files and their order, as oslo.config finds them for nova-compute
 * (`cfg.py: find_config_files`, `find_config_dirs`, `_parse_config_files`).
 *
 * @module
 */
import { type IniFile, parseIni } from "@/config/oslo_ini.ts";
import { readUtf8 } from "@/config/utf8_file.ts";
import type { Environment, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** A file that was read. */
export interface ConfigFile {
  /** Its path, for origins and errors. */
  readonly path: string;
  /** What it sets. */
  readonly sections: IniFile;
}

/** `--config-file` and `--config-dir`, in the order given. */
export type ConfigSources = readonly { readonly kind: "file" | "dir"; readonly path: string }[];

/** What finding files needs. */
export interface FileContext {
  /** The file system. */
  readonly files: Pick<Files, "readBytes" | "stat" | "list">;
  /** For `HOME`, `SNAP` and `SNAP_COMMON`. */
  readonly env: Pick<Environment, "get">;
}

const PROGRAMS = ["nova", "nova-compute"] as const;

/**
 * Reads all configuration files; a later one overrides an earlier one. Default directories come
 * before the explicit sources, even before explicit files: oslo.config reads them before its
 * arguments, so `--config-file` overrides `/etc/nova/nova.conf.d`.
 *
 * @throws {ToolError} `config_invalid` if an explicit source is missing or a file is malformed,
 * `permission_denied` if one may not be read.
 */
export function readConfigFiles(sources: ConfigSources, context: FileContext): ConfigFile[] {
  const read: ConfigFile[] = [];
  const missing: string[] = [];
  for (const path of pathsOf(sources, context)) {
    const text = readFile(path, context);
    if (text === undefined) missing.push(path);
    else read.push({ path, sections: parseIni(text, path) });
  }
  if (missing.length === 0) return read;
  throw new ToolError("config_invalid", `Cannot read '${missing.join("', '")}': no such file`, {
    hints: ["check --config-file"],
  });
}

/** Lazy, so that an error in one file is reported before the next directory is searched. */
function* pathsOf(sources: ConfigSources, context: FileContext): Generator<string> {
  const given = (kind: "file" | "dir") => sources.some((source) => source.kind === kind);
  if (!given("file")) yield* defaultPaths(".conf", context);
  if (!given("dir")) {
    for (const path of defaultPaths(".conf.d", context)) yield* filesIn(path, context);
  }
  for (const source of sources) yield* explicitPaths(source, context);
}

function defaultPaths(extension: string, { files, env }: FileContext): string[] {
  const directories = defaultDirectories(env);
  return PROGRAMS.flatMap((program) => {
    const paths = directories.map((directory) => `${directory}/${program}${extension}`);
    return paths.find((path) => isThere(path, files)) ?? [];
  });
}

/**
 * Another user's home may be inaccessible, and oslo.config continues; nova's own directory must be
 * readable.
 */
function isThere(path: string, files: FileContext["files"]): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch (error) {
    if (path.startsWith("/etc/")) throw error;
    return false;
  }
}

function defaultDirectories(env: FileContext["env"]): string[] {
  const home = env.get("HOME");
  const snaps = ["SNAP_COMMON", "SNAP"].map((name) => env.get(name)).filter((path) => path);
  return [
    ...(home ? [`${home}/.nova`, home] : []),
    "/etc/nova",
    "/etc",
    ...snaps.map((snap) => `${snap}/etc/nova`),
  ];
}

function explicitPaths(source: ConfigSources[number], context: FileContext): string[] {
  const path = source.path.replace(/^~(?=\/|$)/, () => context.env.get("HOME") ?? "~");
  if (source.kind === "file") return [path];
  const info = path === "" ? undefined : context.files.stat(path);
  if (info?.isDirectory) return filesIn(path, context);
  const reason = info === undefined ? "no such directory" : "it is not a directory";
  throw new ToolError("config_invalid", `Cannot read '${path}': ${reason}`, {
    hints: [info === undefined ? "check --config-dir" : "use --config-file for a file"],
  });
}

/** Like the glob `*.conf`: no hidden files. */
function filesIn(directory: string, { files }: FileContext): string[] {
  return files.list(directory)
    .filter((name) => name.endsWith(".conf") && !name.startsWith("."))
    .map((name) => `${directory}/${name}`);
}

function readFile(path: string, { files }: FileContext): string | undefined {
  const info = path === "" ? undefined : files.stat(path);
  if (info?.isDirectory) {
    throw new ToolError("config_invalid", `Cannot read '${path}': it is a directory`, {
      hints: ["use --config-dir for a directory"],
    });
  }
  return info === undefined ? undefined : readUtf8(files, path);
}
