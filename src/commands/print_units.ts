/**
 * `prefetch --print-units`: the requested run, with arguments that a unit can repeat.
 *
 * @module
 */
import { resolve } from "node:path";
import { type FetchFlags, transferArguments } from "@/commands/fetch_options.ts";
import type { Selection } from "@/commands/image_selection.ts";
import { renderUnits, type UnitFlags } from "@/commands/prefetch_units.ts";
import { execWords, type PlaceFlags, volumeOf } from "@/commands/unit_place.ts";
import type { Result, Session } from "@/commands/session.ts";
import { ToolError } from "@/errors.ts";

/** What a unit fetches. */
export type Repeated = Selection & Omit<UnitFlags, "transfer">;

/** Variables whose flags name files. */
const PATHS: readonly string[] = ["OS_CACERT", "OS_CERT", "OS_KEY"];

/**
 * The units of a run. systemd starts it in '/', so paths are made absolute.
 *
 * @throws {ToolError} `usage`, for flags that only make sense in one run or would reveal a secret.
 */
export function printUnits(
  { config, context: { files }, globals: { configSources, os, overrides } }: Pick<
    Session,
    "config" | "context" | "globals"
  >,
  asked: Repeated,
  flags: FetchFlags & PlaceFlags,
): Result {
  expectRepeatable(asked, os, flags);
  const from = asked.from === undefined ? undefined : resolve(asked.from);
  const transfer = [...Object.entries(os).map(osFlag), ...transferArguments(flags, overrides)];
  return renderUnits(asked.words, { ...asked, from, transfer }, {
    configSources: configSources.map(({ kind, path }) => ({ kind, path: resolve(path) })),
    instancesPath: config.get("DEFAULT.instances_path"),
    metricsFile: config.get("glance_direct.metrics_file"),
    exec: execWords(flags),
    volume: volumeOf(files, flags),
    statePath: config.get("DEFAULT.state_path"),
  });
}

function expectRepeatable(
  { from }: Repeated,
  os: Readonly<Record<string, string>>,
  { force }: FetchFlags,
): void {
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
  if (os.OS_TOKEN === undefined) return;
  throw new ToolError("usage", "Cannot print units with --os-token: everybody may read a unit", {
    hints: ["name a cloud of clouds.yaml: --os-cloud; or use the credentials of nova.conf"],
  });
}

/** `OS_CLOUD` becomes `--os-cloud=site`; only `--insecure` has neither 'os' nor a value. */
function osFlag([variable, value]: readonly [string, string]): string {
  if (variable === "OS_INSECURE") return "--insecure";
  const flag = `--${variable.toLowerCase().replaceAll("_", "-")}`;
  return `${flag}=${PATHS.includes(variable) ? resolve(value) : value}`;
}
