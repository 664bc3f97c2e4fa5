/**
 * The options that every command takes, before or after its name.
 *
 * @module
 */
import { Option } from "commander";
import type { OptionTaker } from "@/commands/command.ts";
import { settingFlags } from "@/commands/fetch_options.ts";
import type { GlobalOptions, OutputFormat } from "@/commands/session.ts";
import type { LogLevel } from "@/context.ts";
import { LOG_FORMATS, type LogFormat } from "@/ui/log.ts";
import { PROGRESS_MODES, type ProgressMode } from "@/ui/progress.ts";

/**
 * The OpenStack options, by the environment variable of the same name (python-openstackclient,
 * keystoneauth).
 */
const OS_OPTIONS: Readonly<Record<string, string>> = {
  OS_CLOUD: "cloud of clouds.yaml",
  OS_AUTH_URL: "Keystone's URL",
  OS_AUTH_TYPE: "kind of credentials",
  OS_TOKEN: "token to use as it is",
  OS_USERNAME: "user",
  OS_USER_ID: "user by id",
  OS_USER_DOMAIN_NAME: "the user's domain",
  OS_USER_DOMAIN_ID: "the user's domain by id",
  OS_PROJECT_NAME: "project",
  OS_PROJECT_ID: "project by id",
  OS_PROJECT_DOMAIN_NAME: "the project's domain",
  OS_PROJECT_DOMAIN_ID: "the project's domain by id",
  OS_DOMAIN_NAME: "domain to act on",
  OS_DOMAIN_ID: "domain to act on by id",
  OS_SYSTEM_SCOPE: "act on the system ('all')",
  OS_TRUST_ID: "trust to use",
  OS_APPLICATION_CREDENTIAL_ID: "application credential by id",
  OS_APPLICATION_CREDENTIAL_NAME: "application credential by name",
  OS_REGION_NAME: "region",
  OS_INTERFACE: "interface: internal, public or admin",
  OS_CACERT: "certificate authorities to trust, PEM",
  OS_CERT: "client certificate, PEM",
  OS_KEY: "key of the client certificate, PEM",
  OS_IMAGE_ENDPOINT_OVERRIDE: "Glance's URL",
};

/** How the program prints its results and its log. */
export interface OutputOptions {
  /** Format of standard output. */
  readonly format: OutputFormat;
  /** When to show progress. */
  readonly progress: ProgressMode;
  /** Format of log records. */
  readonly logFormat: LogFormat;
  /** The least severe level to write; absent if none was requested. */
  readonly level: LogLevel | undefined;
}

/**
 * Adds the global options to the root command.
 *
 * @param configSources Receives the configuration files and directories in the order given.
 */
export function addGlobalOptions(root: OptionTaker, configSources: ConfigSource[]): void {
  const collect = (kind: ConfigSource["kind"]) => (path: string) => {
    configSources.push({ kind, path });
  };
  const options = [
    new Option("--config-file <path>", "read this nova.conf (repeat)").argParser(collect("file")),
    new Option("--config-dir <dir>", "read the *.conf files of this directory (repeat)")
      .argParser(collect("dir")),
    new Option("-f, --format <format>", "output format").choices(["text", "json"]).default("text"),
    new Option("--progress <mode>", "when to show progress").choices(PROGRESS_MODES)
      .default("auto"),
    new Option("--log-format <format>", "format of log records").choices(LOG_FORMATS)
      .default("auto"),
    new Option("-v, --verbose", "increase verbosity (repeat for HTTP requests)")
      .argParser((_value, count: number) => count + 1).default(0),
    new Option("-q, --quiet", "print warnings and errors only"),
    ...Object.entries(OS_OPTIONS).map(([variable, help]) => {
      const flag = `--${variable.toLowerCase().replaceAll("_", "-")}`;
      return new Option(`${flag} <value>`, `${help} [${variable}]`);
    }),
    new Option("--insecure", "do not verify server certificates"),
  ];
  for (const option of options) root.addOption(option);
}

/** One `--config-file` or `--config-dir`, in the order given. */
export type ConfigSource = GlobalOptions["configSources"][number];

/** Values of flags, by commander's names. */
export type Values = Readonly<Record<string, unknown>>;

/** The configuration that the flags of a command and its parents set. */
export function globalOptions(
  values: Values,
  configSources: readonly ConfigSource[],
): GlobalOptions {
  return {
    configSources,
    os: { ...osValues(values), ...values.insecure === true ? { OS_INSECURE: "true" } : {} },
    overrides: settingValues(values),
    format: values.format === "json" ? "json" : "text",
  };
}

/** The output options that the flags set. */
export function outputOptions(values: Values): OutputOptions {
  const verbose = Number(values.verbose ?? 0);
  return {
    format: values.format === "json" ? "json" : "text",
    progress: values.progress as ProgressMode ?? "auto",
    logFormat: values.logFormat as LogFormat ?? "auto",
    level: values.quiet === true
      ? "setback"
      : verbose > 1
      ? "trace"
      : verbose > 0
      ? "debug"
      : undefined,
  };
}

function osValues(values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(OS_OPTIONS).flatMap((variable) => {
      const value = values[camelCase(variable)];
      return typeof value === "string" ? [[variable, value]] : [];
    }),
  );
}

function settingValues(values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(
    settingFlags().flatMap(({ key, attribute }) => {
      const value = values[attribute];
      return typeof value === "string" ? [[key, value]] : [];
    }),
  );
}

function camelCase(variable: string): string {
  return variable.toLowerCase().replaceAll(
    /_([a-z])/g,
    (_, letter: string) => letter.toUpperCase(),
  );
}
