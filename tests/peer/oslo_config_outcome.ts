/**
 * What this program makes of a case, in the words of its outcome.
 *
 * @module
 */
import { loadConfig } from "@/config/load.ts";
import type { OptionKey } from "@/config/options.ts";
import type { FileInfo } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { OsloCase, Outcome, Outcomes } from "./oslo_config_case.ts";

/** Reads a case with the program's own loader. */
export function ownOutcomes({ files, args, env, keys }: OsloCase): Outcomes {
  const all = { HOME: "/home", ...env };
  try {
    const config = loadConfig({
      files: memoryFiles(files),
      env: { get: (name) => Object.hasOwn(all, name) ? all[name as keyof typeof all] : undefined },
      globals: { configSources: sourcesOf(args), overrides: {} },
    });
    return keys.map((key) => outcomeOf(() => config.get(key as OptionKey)));
  } catch (error) {
    return failureOf(error);
  }
}

function outcomeOf(read: () => unknown): Outcome {
  try {
    return { value: plain(read() ?? null) };
  } catch (error) {
    return failureOf(error);
  }
}

/** JSON has no NaN and no infinity; these are Python's names of them. */
function plain(value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return { float: String(value).replace("Infinity", "inf").toLowerCase() };
}

/** The kind is in the words: whoever changes them changes what operators search for. */
function failureOf(error: unknown): Outcome {
  if (!(error instanceof ToolError) || error.code !== "config_invalid") throw error;
  const { message } = error;
  if (message.startsWith("Cannot substitute [")) return { error: "substitution" };
  if (message.startsWith("Cannot read [")) return { error: "value" };
  const line = /^Cannot read '.*:(\d+)': /.exec(message)?.[1];
  if (line === undefined) return { error: "missing" };
  return message.endsWith("before any section")
    ? { error: "syntax" }
    : { error: "syntax", line: Number(line) };
}

function sourcesOf(args: readonly string[]): { kind: "file" | "dir"; path: string }[] {
  return args.flatMap((flag, index) => {
    const path = args[index + 1];
    if (path === undefined || !flag.startsWith("--config-")) return [];
    return [{ kind: flag === "--config-dir" ? "dir" : "file", path }];
  });
}

function memoryFiles(files: OsloCase["files"]) {
  const paths = Object.keys(files);
  const below = (directory: string) => paths.filter((path) => path.startsWith(`${directory}/`));
  return {
    readText: (path: string) => files[path] ?? "",
    list: (directory: string) =>
      [
        ...new Set(
          below(directory).map((path) => path.slice(directory.length + 1).split("/")[0] ?? ""),
        ),
      ]
        .filter((name) => name !== "").sort(),
    stat: (path: string) => {
      const isFile = Object.hasOwn(files, path);
      const isDirectory = below(path).length > 0;
      return isFile || isDirectory ? { isFile, isDirectory } as FileInfo : undefined;
    },
  };
}
