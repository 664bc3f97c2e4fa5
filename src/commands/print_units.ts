/**
 * `prefetch --print-units`: the requested run, with arguments that a unit can repeat.
 *
 * @module
 */
import { resolve } from "node:path";
import { renderUnits } from "@/commands/prefetch_units.ts";
import { execWords, type PlaceFlags, volumeOf } from "@/commands/unit_place.ts";
import type { Result, Session } from "@/commands/session.ts";
import { formatDuration } from "@/config/units.ts";
import { ToolError } from "@/errors.ts";
import type { AnyCommand, AnyOption } from "@/manual/commander.ts";

/**
 * Flags that a unit does not repeat: they concern one run or its output, or, like the configuration
 * files and `--keep-going`, are added in another form.
 */
const ONCE: ReadonlySet<string> = new Set([
  ...["container", "engine", "volume", "printUnits", "dryRun", "keepGoing"],
  ...["configFile", "configDir", "format", "progress", "logFormat", "verbose", "quiet"],
]);

/** Flags that name files. */
const PATHS: ReadonlySet<string> = new Set(["from", "osCacert", "osCert", "osKey"]);

/**
 * The units of a run. systemd starts it in '/', so paths are made absolute.
 *
 * @param command The command that was called, with its options and its arguments.
 * @throws {ToolError} `usage`, for flags that only make sense in one run or would reveal a secret.
 */
export function printUnits(
  { config, context: { files }, globals: { configSources } }: Pick<
    Session,
    "config" | "context" | "globals"
  >,
  flags: PlaceFlags,
  command: AnyCommand,
): Result {
  const values = command.optsWithGlobals();
  expectRepeatable(values);
  const words = [
    ...configSources.map(({ kind, path }) => `--config-${kind}=${resolve(path)}`),
    ...[...command.options, ...command.parent?.options ?? []]
      .filter((option) => isGiven(command, option.attributeName()))
      .flatMap((option) => wordsOf(option, values[option.attributeName()])),
    "--keep-going",
    ...command.args.length === 0 ? [] : ["--", ...command.args],
  ];
  return renderUnits(words, {
    instancesPath: config.get("DEFAULT.instances_path"),
    metricsFile: config.get("glance_direct.metrics_file"),
    exec: execWords(flags),
    volume: volumeOf(files, flags),
    statePath: config.get("DEFAULT.state_path"),
  });
}

function isGiven(command: AnyCommand, name: string): boolean {
  return !ONCE.has(name) && command.getOptionValueSourceWithGlobals(name) === "cli";
}

/** The words that give an option this value again. */
function wordsOf(option: AnyOption, value: unknown): readonly string[] {
  if (typeof value === "boolean") return [`${option.long}`];
  if (Array.isArray(value)) return value.flatMap((one) => wordsOf(option, one));
  const isDuration = typeof value === "number" && option.flags.endsWith("<duration>");
  const text = isDuration ? formatDuration(value) : String(value);
  return [`${option.long}=${PATHS.has(option.attributeName()) ? resolve(text) : text}`];
}

function expectRepeatable({ force, from, osToken }: Readonly<Record<string, unknown>>): void {
  if (force) {
    throw new ToolError("usage", "Cannot print units with --force: each run would fetch all anew", {
      hints: ["omit --force; existing files are verified by: glance-direct cache verify"],
    });
  }
  if (from === "-") {
    throw new ToolError("usage", "Cannot print units with --from -: a unit has no standard input", {
      hints: ["write the list into a file: --from /etc/glance-direct/images"],
    });
  }
  if (osToken === undefined) return;
  throw new ToolError("usage", "Cannot print units with --os-token: everybody may read a unit", {
    hints: ["name a cloud of clouds.yaml: --os-cloud; or use the credentials of nova.conf"],
  });
}
