/**
 * The options that `fetch` and `prefetch` share.
 *
 * @module
 */
import { Option } from "commander";
import type { OptionTaker } from "@/commands/command.ts";
import { convertFlag } from "@/config/convert.ts";
import { OPTIONS } from "@/config/options.ts";
import type { OptionSpec } from "@/config/option_spec.ts";
import type { Documentation } from "@/manual/documentation.ts";
import { RARE } from "@/manual/help.ts";
import { type FetchRequest, type Place, VERIFY_MODES, type VerifyMode } from "@/plan/request.ts";
import { SOURCE_KINDS } from "@/sources/registry.ts";

/** Values of the shared flags. */
export interface FetchFlags {
  /** `--source`. */
  readonly source: string;
  /** `--no-fallback`. */
  readonly fallback: boolean;
  /** `--verify`. */
  readonly verify: VerifyMode;
  /** `--allow-unhashed`. */
  readonly allowUnhashed?: true | undefined;
  /** `--trusted-cert`, repeated. */
  readonly trustedCert: readonly string[];
  /** `--force`. */
  readonly force?: true | undefined;
}

/** The exit statuses of `fetch` and `prefetch`. */
export const TRANSFER_EXITS: Documentation["exits"] = [
  [0, "done, also when it was cached or another source took over"],
  ...[64, 65, 66, 69, 73, 74, 75, 77, 78, 130] as const,
];

/** Adds the flags of a transfer to a command under construction. */
export function addTransferFlags(command: OptionTaker): void {
  for (const option of transferFlags()) command.addOption(option);
}

/** Common flags first, then rare ones. */
function transferFlags(): readonly Option[] {
  const settings = settingFlags().map(({ usage, help, read }) =>
    new Option(usage, help).argParser(read)
  );
  const isUsual = ({ long }: Option) => long === "--limit-rate";
  const rare = [
    new Option("--no-fallback", "fail when the first source fails"),
    // Not configurable: weaker verification must be requested explicitly, for one run.
    new Option("--verify <mode>", "what to verify")
      .choices(VERIFY_MODES).default("full"),
    new Option("--allow-unhashed", "accept an image whose record has no hash"),
    trustedCertFlag(),
    ...settings.filter((option) => !isUsual(option)),
  ];
  return [
    sourceFlag(),
    new Option("--force", "fetch and replace even if it exists"),
    ...settings.filter(isUsual),
    ...rare.map((option) => option.helpGroup(RARE)),
  ];
}

/** Adds the flags for sources and trust. */
export function addSourceFlags(command: OptionTaker): void {
  for (const option of [sourceFlag(), trustedCertFlag()]) command.addOption(option);
}

function sourceFlag(): Option {
  return new Option("--source <kind>", "where to read from").choices(["auto", ...SOURCE_KINDS])
    .default("auto");
}

function trustedCertFlag(): Option {
  return new Option("--trusted-cert <id>", "accept only chains to this certificate (repeat)")
    .argParser(collect).default([], "the configured ones");
}

/** A flag that overrides an option of the table. */
export interface SettingFlag {
  /** `group.name` of the option. */
  readonly key: string;
  /** As in the help: `--limit-rate <size>`. */
  readonly usage: string;
  /** Commander's name for its value: `limitRate`. */
  readonly attribute: string;
  /** One sentence. */
  readonly help: string;
  /** Accepts the argument if it is a valid value. @throws {ToolError} `usage`. */
  readonly read: (text: string) => string;
}

/** The flags of the option table. */
export function settingFlags(): readonly SettingFlag[] {
  return Object.entries(OPTIONS).flatMap(([group, options]) =>
    Object.entries(options as Readonly<Record<string, OptionSpec>>).flatMap(([name, spec]) => {
      const { flag } = spec;
      if (flag === undefined) return [];
      const usage = `${flag} <${spec.type}>`;
      const attribute = new Option(usage).attributeName();
      const read = (text: string) => {
        convertFlag(text, flag, spec);
        return text;
      };
      return [{ key: `${group}.${name}`, usage, attribute, help: lowerFirst(spec.help), read }];
    })
  );
}

/** The flags in the form that the engine needs. */
export function fetchRequest(flags: FetchFlags, place: Place): FetchRequest {
  return {
    place,
    verify: flags.verify,
    allowUnhashed: flags.allowUnhashed ?? false,
    fallback: flags.fallback,
    force: flags.force ?? false,
    deepInspection: true,
    trustedCerts: flags.trustedCert,
    only: flags.source === "auto" ? undefined : flags.source,
  };
}

/**
 * The same flags as words of a command line, for a run that is repeated; without `--force`.
 *
 * @param overrides Flags of the option table, by the option's `group.name`.
 */
export function transferArguments(
  { allowUnhashed, fallback, source, trustedCert, verify }: Omit<FetchFlags, "force">,
  overrides: Readonly<Record<string, string>>,
): readonly string[] {
  return [
    ...source === "auto" ? [] : [`--source=${source}`],
    ...fallback ? [] : ["--no-fallback"],
    ...verify === "full" ? [] : [`--verify=${verify}`],
    ...allowUnhashed ? ["--allow-unhashed"] : [],
    ...trustedCert.map((id) => `--trusted-cert=${id}`),
    ...settingFlags().flatMap(({ key, usage }) =>
      key in overrides ? [`${usage.split(" ")[0]}=${overrides[key]}`] : []
    ),
  ];
}

/** Collects the values of a repeatable flag. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function lowerFirst(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, "")}`;
}
