/**
 * What every command works with: the outside world, the global options, the configuration (read at
 * first use) and the signal that ends it. A command returns its result; it never prints.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { ConfigSources } from "@/config/config_files.ts";
import type { Context } from "@/context.ts";
import type { PageText } from "@/ui/page.ts";
import type { Progress } from "@/ui/progress.ts";

/** What standard output carries. */
export type OutputFormat = "text" | "json";

/** Values of the global options, by their long name in camel case; absent if not given. */
export interface GlobalOptions {
  /** `--config-file` and `--config-dir` in the order given, as nova-compute reads them. */
  readonly configSources: ConfigSources;
  /** `--os-cloud`, `--os-auth-url` …, by the name of their `OS_*` variable. */
  readonly os: Readonly<Record<string, string>>;
  /** Flags that override an option, by the option's `group.name`. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Format of standard output. */
  readonly format: OutputFormat;
}

/** One run of one command. */
export interface Session {
  /** The outside world. */
  readonly context: Context;
  /** The global options. */
  readonly globals: GlobalOptions;
  /** Aborted by SIGINT, SIGTERM and `--timeout`, with a {@linkcode ToolError} as its reason. */
  readonly signal: AbortSignal;
  /** The configuration, read once. @throws {ToolError} `config_invalid`. */
  readonly config: Config;
  /** Path of `rbd`, if it is not the built-in one; for the demo and for tests. */
  readonly rbdProgram?: string | undefined;
  /** Shows transfers in progress. */
  readonly progress: Progress;
  /** Prints one result immediately, for commands with several (`prefetch`). */
  readonly print: (result: Result) => void;
}

/** The result of a command, in both formats. */
export interface Result {
  /** For `--format json`: one value. */
  readonly json: unknown;
  /** For `--format text`, without the last newline. */
  readonly text: PageText;
  /** Exit status, if it is not 0. @default {0} */
  readonly status?: number;
  /** Whether standard output carries something else, so that this goes to standard error. */
  readonly aside?: boolean;
}

/** Runs an action with a session and prints its result; a command's `.action()` calls it. */
export type Run = (
  action: (session: Session) => Result | undefined | Promise<Result | undefined>,
) => Promise<void>;
