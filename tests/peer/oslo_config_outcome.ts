/**
 * This program's result for a case, in the words of the expected outcome.
 *
 * @module
 */
import type { ConfigSources } from "@/config/config_files.ts";
import type { OptionKey } from "@/config/options.ts";
import { ToolError } from "@/errors.ts";
import { memoryConfig } from "../unit/config/memory_config.ts";
import type { OsloCase, Outcome, Outcomes } from "./oslo_config_case.ts";

/** Reads a case with the program's own loader. */
export function ownOutcomes({ files, args, env, keys }: OsloCase): Outcomes {
  try {
    const config = memoryConfig({
      files,
      sources: sourcesOf(args),
      env: { HOME: "/home", ...env },
    });
    return keys.map((key) => outcomeOf(() => config.get(key as OptionKey)));
  } catch (error) {
    return failureOf(error);
  }
}

function outcomeOf(read: () => unknown): Outcome {
  try {
    return { value: read() ?? null };
  } catch (error) {
    return failureOf(error);
  }
}

/** The kind is in the words: whoever changes them changes what operators search for. */
function failureOf(error: unknown): Outcome {
  if (!(error instanceof ToolError) || error.code !== "config_invalid") throw error;
  const { message } = error;
  if (message.startsWith("Cannot substitute [")) return { error: "substitution" };
  if (message.startsWith("Cannot read [")) return { error: "value" };
  if (message.endsWith(": it is not UTF-8")) return { error: "encoding" };
  const line = /^Cannot read '.*:(\d+)': /.exec(message)?.[1];
  if (line === undefined) return { error: "missing" };
  return message.endsWith("before any section")
    ? { error: "syntax" }
    : { error: "syntax", line: Number(line) };
}

function sourcesOf(args: readonly string[]): ConfigSources {
  return args.flatMap((flag, index) => {
    const path = args[index + 1];
    if (path === undefined || !flag.startsWith("--config-")) return [];
    return [{ kind: flag === "--config-dir" ? "dir" : "file", path }];
  });
}
