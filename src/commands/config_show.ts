/**
 * `glance-direct config`: shows the options in effect and where each value comes from.
 *
 * @module
 */
import { Command, Option } from "@commander-js/extra-typings";
import { commandGroup } from "@/commands/command.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import type { Config } from "@/config/config.ts";
import { formatValue } from "@/config/convert.ts";
import type { OptionData, OptionSpec } from "@/config/option_spec.ts";
import { ALL_OPTIONS, type OptionEntry } from "@/config/options.ts";
import { readOption } from "@/config/read_option.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { document } from "@/manual/documentation.ts";
import type { Page } from "@/ui/page.ts";
import { renderTable } from "@/ui/table.ts";

/** One option, as `-f json` prints it. */
export interface ShownOption {
  /** Its group. */
  readonly group: string;
  /** Its name. */
  readonly name: string;
  /** Its value; sizes and durations as text, secrets as `***`, `null` if unset. */
  readonly value: OptionData;
  /** `FILE:LINE`, `environment NAME`, `flag --NAME` or `default`. */
  readonly origin: string;
}

/** Builds the command. */
export function configCommand(run: Run): AnyCommand {
  return commandGroup(
    "config",
    "show the configuration",
    "Shows the configuration, as nova-compute reads it.",
    [showCommand(run)],
    { examples: ["config show", "config show --set"], exits: [0, 64] },
  );
}

function showCommand(run: Run): AnyCommand {
  const command = new Command("show")
    .summary("show every option and where its value comes from")
    .description("Shows every option that is read, with its value and where it comes from.")
    .argument("[name...]", "groups and options to show: 'glance', 'glance.rbd_user'")
    .addOption(new Option("--all", "every option (the default)").conflicts("set"))
    .option("--set", "leave out options that have their default")
    .action((names, { set }) => run((session) => showConfig(session, { names, set })));
  return document(command, {
    notes: [
      "A secret is shown as '***'. The last column is the file and line, the environment variable " +
      "or the flag that a value comes from, or 'default'.",
    ],
    examples: [
      ["config show", "every option"],
      ["config show --set", "options that differ from their default"],
      ["config show glance libvirt", "two groups"],
      "config show -f json glance.rbd_user",
    ],
    exits: [
      [0, "every value can be read"],
      [64, "there is no such group or option"],
      [77, "a configuration file may not be read"],
      78,
    ],
    candidates: [...new Set(ALL_OPTIONS.flatMap(({ group, key }) => [group, key]))],
  });
}

/**
 * Reads every requested option: groups and options (`group.name`), by default all.
 *
 * @param set Whether to leave out defaults.
 * @throws {ToolError} `config_invalid`, with every value that cannot be read; `usage`, for an
 * unknown name.
 */
export function showConfig(
  { config }: Pick<Session, "config">,
  { names = [], set = false }: {
    readonly names?: readonly string[];
    readonly set?: boolean | undefined;
  } = {},
): Result {
  const chosen = chooseOptions(names);
  const problems: ToolError[] = [];
  const shown = chosen.flatMap((option) => {
    try {
      return show(option, config);
    } catch (error) {
      problems.push(expectedFailure(error));
      return [];
    }
  });
  if (problems.length > 0) throw merge(problems);
  return render(shown.filter(({ origin }) => !set || origin !== "default"));
}

function chooseOptions(names: readonly string[]): readonly OptionEntry[] {
  if (names.length === 0) return ALL_OPTIONS;
  const isNamed = (wanted: string) => ({ group, key }: OptionEntry) =>
    wanted === group || wanted === key;
  const unknown = names.find((name) => !ALL_OPTIONS.some(isNamed(name)));
  if (unknown === undefined) {
    return ALL_OPTIONS.filter((option) => names.some((name) => isNamed(name)(option)));
  }
  throw new ToolError("usage", `Cannot show '${unknown}': there is no such group or option`, {
    hints: ["glance-direct config show"],
  });
}

function show({ group, key, name, spec }: OptionEntry, config: Config): ShownOption {
  const value = mask(formatValue(readOption(config, key), spec), spec);
  return { group, name, value, origin: config.originOf(key) };
}

/** Masks secrets, and user and password in URLs. */
function mask(value: OptionData, { secret }: OptionSpec): OptionData {
  if (typeof value === "object" && value !== null) return value.map(maskUser);
  if (typeof value !== "string") return value;
  return secret && value !== "" ? "***" : maskUser(value);
}

function maskUser(text: string): string {
  return text.replace(/(:\/\/)[^/?#\s]*@/g, "$1***@");
}

function merge(problems: readonly ToolError[]): ToolError {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) return first;
  return new ToolError(
    first?.code ?? "config_invalid",
    problems.map(({ message }) => message).join("; "),
    { hints: [...new Set(problems.flatMap(({ hints }) => hints))] },
  );
}

function render(rows: readonly ShownOption[]): Result {
  const cells = rows.map(({ group, name, value, origin }) => [
    `${group}.${name}`,
    cell(value),
    origin,
  ]);
  const text = ({ columns }: Page) =>
    rows.length === 0
      ? NOTHING_SET
      : renderTable(["OPTION", "VALUE", "ORIGIN"], cells, { columns });
  return { json: rows, text };
}

/** Only with `--set`: without it there is a row for each option. */
const NOTHING_SET = "No option is set; which files are read: glance-direct doctor config.files";

/**
 * Quoted if it would otherwise look different; a value must not contain control characters either.
 */
function cell(value: OptionData): string {
  if (value === null) return "-";
  const text = typeof value === "object" ? value.join(",") : String(value);
  return /^$|^\s|\s$|^-$|\p{C}/u.test(text) ? JSON.stringify(text) : text;
}
