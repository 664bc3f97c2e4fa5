/**
 * A context for tests of service clients: text files and variables of the test's own, a real
 * `fetch`, and a log that can be read.
 *
 * @module
 */
import { type Config, loadConfig } from "@/config/config.ts";
import type { Clock, Context, FileInfo, Files, LogLevel } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { systemContext } from "@/system/context.ts";

/** What a {@linkcode World} is made of. */
export interface WorldOptions {
  /** Texts of files by path; `null` is a file that may not be read. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Time. @default the real one */
  readonly clock?: Clock;
}

/** Everything that clients of services use. */
export interface World extends Pick<Context, "clock" | "env" | "fetch" | "log" | "random"> {
  /** TLS without a check. */
  readonly connectUnverified: Context["connectUnverified"];
  /** Whether somebody listens. */
  readonly reach: Context["reach"];
  /** The addresses of a name. @default each name is its only address */
  readonly resolve: Context["resolve"];
  /** Only text files. */
  readonly files: Files;
  /** What was logged, as `level: message`. */
  readonly logged: string[];
}

/** Makes a context. */
export function world({ clock, env = {}, files = {} }: WorldOptions = {}): World {
  const logged: string[] = [];
  const real = systemContext();
  return {
    clock: clock ?? real.clock,
    connectUnverified: real.connectUnverified,
    reach: real.reach,
    // A test's own servers listen on IPv4, whatever else this machine calls localhost.
    resolve: (hostname) => Promise.resolve([hostname.replace(/^localhost$/, "127.0.0.1")]),
    env: { get: (name) => env[name], names: () => Object.keys(env) },
    fetch: real.fetch,
    files: textFiles(files),
    log: (level: LogLevel, message) => void logged.push(`${level}: ${message}`),
    random: () => 0.5,
    logged,
  };
}

/** The configuration that one nova.conf gives, read with the real grammar. */
export function configOf(text: string): Config {
  const path = "/etc/nova/nova.conf";
  return loadConfig({
    ...world({ files: { [path]: text } }),
    globals: { configSources: [{ kind: "file", path }], overrides: {} },
  });
}

function textFiles(texts: Readonly<Record<string, string | null>>): Files {
  const readText = (path: string) => {
    const text = texts[path];
    if (text === undefined) throw new ToolError("not_found", `Cannot read '${path}': not found`);
    if (text === null) throw new ToolError("permission_denied", `Cannot read '${path}': denied`);
    return text;
  };
  const stat = (path: string) => path in texts ? { isFile: true } as FileInfo : undefined;
  return {
    readText,
    readBytes: (path: string) => new TextEncoder().encode(readText(path)),
    stat,
    lstat: stat,
    list: () => [],
  } as Partial<Files> as Files;
}
