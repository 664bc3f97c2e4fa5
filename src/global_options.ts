/**
 * The options that every command takes, before or after its name.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { settingFlags } from "@/commands/fetch_options.ts";
import type { GlobalOptions } from "@/commands/session.ts";
import type { LogLevel } from "@/context.ts";
import type { AnyCommand, AnyOption } from "@/manual/commander.ts";
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

/** Each with the variable that it overrides. */
const OS_FLAGS = Object.entries(OS_OPTIONS).map(([variable, help]) => {
  const flag = `--${variable.toLowerCase().replaceAll("_", "-")}`;
  return [variable, new Option(`${flag} <value>`, `${help} [${variable}]`)] as const;
});

/** How the program prints its progress and its log. */
export interface OutputOptions {
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
export function addGlobalOptions(root: AnyCommand, configSources: ConfigSource[]): void {
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
    ...OS_FLAGS.map(([, option]) => option),
    new Option("--insecure", "do not verify server certificates"),
  ];
  for (const option of options) root.addOption(option);
}

/** One `--config-file` or `--config-dir`, in the order given. */
export type ConfigSource = GlobalOptions["configSources"][number];

/** Values of flags, by commander's names. */
export type Values = Readonly<Record<string, unknown>>;

/** The configuration and the output that the flags of a command and its parents set. */
export function globalOptions(
  values: Values,
  configSources: readonly ConfigSource[],
): GlobalOptions & OutputOptions {
  return {
    configSources,
    os: { ...given(OS_FLAGS, values), ...values.insecure === true ? { OS_INSECURE: "true" } : {} },
    overrides: given(settingFlags(), values),
    format: values.format === "json" ? "json" : "text",
    progress: values.progress as ProgressMode,
    logFormat: values.logFormat as LogFormat,
    level: levelOf(values),
  };
}

function levelOf({ quiet, verbose }: Values): LogLevel | undefined {
  if (quiet === true) return "setback";
  const count = Number(verbose);
  return count > 1 ? "trace" : count > 0 ? "debug" : undefined;
}

/** The texts of the flags that are given, by their name. */
function given(
  flags: readonly (readonly [name: string, option: AnyOption])[],
  values: Values,
): Readonly<Record<string, string>> {
  return Object.fromEntries(flags.flatMap(([name, option]) => {
    const value = values[option.attributeName()];
    return typeof value === "string" ? [[name, value]] : [];
  }));
}
