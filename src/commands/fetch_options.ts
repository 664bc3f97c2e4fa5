/**
 * The options that `fetch` and `prefetch` share.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { convertFlag } from "@/config/convert.ts";
import { ALL_OPTIONS, type OptionKey } from "@/config/options.ts";
import type { AnyOption } from "@/manual/commander.ts";
import type { Documentation } from "@/manual/documentation.ts";
import { RARE } from "@/manual/help.ts";
import { type FetchRequest, type Place, STRICT, VERIFY_MODES } from "@/plan/request.ts";
import { SOURCE_KINDS } from "@/sources/registry.ts";

/** Values of the flags for sources and trust. */
export type SourceFlags = {
  /** `--source`. */
  readonly source: string;
  /** `--trusted-cert`, repeated. */
  readonly trustedCert: readonly string[];
};

/** Values of the flags of a transfer. */
export type FetchFlags =
  & SourceFlags
  & Pick<FetchRequest, "fallback" | "verify">
  & { readonly [flag in "allowUnhashed" | "force"]?: true | undefined };

/** The exit statuses of `fetch` and `prefetch`. */
export const TRANSFER_EXITS: Documentation["exits"] = [
  [0, "done, also when it was cached or another source took over"],
  ...[64, 65, 66, 69, 73, 74, 75, 77, 78, 130] as const,
];

/** The flags of a transfer: common ones first, then rare ones. */
export function transferFlags(): readonly AnyOption[] {
  const settings = settingFlags().map(([, option]) => option);
  const isUsual = ({ long }: Option) => long === "--limit-rate";
  const rare = [
    new Option("--no-fallback", "fail when the first source fails"),
    // Not configurable: weaker verification must be requested explicitly, for one run.
    new Option("--verify <mode>", "what to verify").choices(VERIFY_MODES).default("full"),
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

/** The flags for sources and trust. */
export function sourceFlags(): readonly AnyOption[] {
  return [sourceFlag(), trustedCertFlag()];
}

function sourceFlag(): Option {
  return new Option("--source <kind>", "where to read from").choices(["auto", ...SOURCE_KINDS])
    .default("auto");
}

function trustedCertFlag(): Option {
  return new Option("--trusted-cert <id>", "accept only chains to this certificate (repeat)")
    .argParser(collect).default([], "the configured ones");
}

/** The flags that override an option of the table, each with the `group.name` of its option. */
export function settingFlags(): readonly (readonly [key: OptionKey, option: AnyOption])[] {
  return ALL_OPTIONS.flatMap(({ key, spec }) => {
    const { flag, help, type } = spec;
    if (flag === undefined) return [];
    const accept = (text: string) => {
      convertFlag(text, flag, spec);
      return text;
    };
    return [[key, new Option(`${flag} <${type}>`, lowerFirst(help)).argParser(accept)] as const];
  });
}

/** The flags in the form that the engine needs. */
export function fetchRequest(flags: FetchFlags, place: Place): FetchRequest {
  const { allowUnhashed = false, fallback, force = false, verify } = flags;
  return { ...STRICT, ...chosenSource(flags), place, verify, allowUnhashed, fallback, force };
}

/** The flags for sources and trust in the form that the engine needs. */
export function chosenSource(
  { source, trustedCert }: SourceFlags,
): Pick<FetchRequest, "only" | "trustedCerts"> {
  return { only: source === "auto" ? undefined : source, trustedCerts: trustedCert };
}

/** Collects the values of a repeatable flag. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function lowerFirst(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, "")}`;
}
