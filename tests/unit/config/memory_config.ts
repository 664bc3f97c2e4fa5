/**
 * A configuration without a disk: files, environment and flags as literals.
 *
 * @module
 */
import { type Config, loadConfig } from "@/config/config.ts";
import type { ConfigSources } from "@/config/config_files.ts";
import type { FileInfo, Files } from "@/context.ts";

/** What a configuration is made from. */
export interface MemoryConfig {
  /** Text by path; a path that ends with `/` is an empty directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** Text of `/nova.conf`, the only source. */
  readonly text?: string;
  /** `--config-file` and `--config-dir`. */
  readonly sources?: ConfigSources;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags by `group.name`. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** The host's name. */
  readonly hostname?: string;
}

/** Loads a configuration. @throws {ToolError} As the loader does. */
export function memoryConfig(options: MemoryConfig = {}): Config {
  const { text, env = {}, overrides = {}, hostname } = options;
  const isText = text !== undefined;
  return loadConfig({
    files: memoryFiles(isText ? { "/nova.conf": text } : options.files ?? {}),
    env: { get: (name) => Object.hasOwn(env, name) ? env[name] : undefined },
    globals: {
      configSources: isText ? [{ kind: "file", path: "/nova.conf" }] : options.sources ?? [],
      overrides,
    },
    ...(hostname === undefined ? {} : { identity: { hostname } }),
  });
}

/** Files that are not there. */
export function memoryFiles(
  files: Readonly<Record<string, string>>,
): Pick<Files, "readBytes" | "stat" | "list"> {
  const below = (directory: string) =>
    Object.keys(files).filter((path) => path.startsWith(`${directory}/`));
  const nameIn = (directory: string, path: string) =>
    path.slice(directory.length + 1).split("/").at(0) ?? "";
  return {
    readBytes: (path) => escapedBytes(files[path] ?? ""),
    list: (directory) =>
      [...new Set(below(directory).map((path) => nameIn(directory, path)))]
        .filter((name) => name !== "").sort(),
    stat: (path) => {
      const isFile = Object.hasOwn(files, path);
      const isDirectory = below(path).length > 0;
      return isFile || isDirectory ? { isFile, isDirectory } as FileInfo : undefined;
    },
  };
}

/** UTF-8; U+DC80 to U+DCFF alone are the bytes 80 to ff, as Python's "surrogateescape" writes them. */
function escapedBytes(text: string): Uint8Array {
  const encoder = new TextEncoder();
  return Uint8Array.from(
    text.split(/([\udc80-\udcff])/u).flatMap((piece, index) =>
      index % 2 === 0 ? [...encoder.encode(piece)] : piece.charCodeAt(0) & 0xff
    ),
  );
}
