/**
 * Finds the nova release of this host, because its rules decide which images it boots.
 *
 * @module
 */
import { join } from "node:path";
import type { Config } from "@/config/config.ts";
import { ToolError } from "@/errors.ts";
import { NEWEST_RULES, type NovaRules, novaRules } from "@/formats/nova_rules.ts";
import { librariesOf, type Look, novaPrefixes, unlessClosed } from "@/nova/site_packages.ts";

/** Names of the release series before they were named by year, from nova 22 on. */
const NAMES = ["victoria", "wallaby", "xena", "yoga", "zed"];
const VICTORIA = 22;
const ANTELOPE = { year: 2023, major: 27 };

/**
 * The rules of the host's nova: from `[glance_direct]nova_release`, else from the installed nova,
 * else the newest ones.
 *
 * @throws {ToolError} `config_invalid`, if the option is not a release.
 */
export function hostNovaRules(config: Pick<Config, "get" | "originOf">, files: Look): NovaRules {
  const release = config.get("glance_direct.nova_release");
  if (release === undefined) return installedRules(config.get("DEFAULT.pybasedir"), files);
  const major = majorOf(release.toLowerCase());
  if (major !== undefined) return novaRules(major);
  throw new ToolError(
    "config_invalid",
    `Cannot read [glance_direct]nova_release '${release}' of ${
      config.originOf("glance_direct.nova_release")
    }: expected a series or a version of nova`,
    { hints: ["as in nova_release = 2024.1, or 29.2.0, or zed"] },
  );
}

/** The first number of nova's version. */
function majorOf(release: string): number | undefined {
  const named = NAMES.indexOf(release);
  if (named >= 0) return VICTORIA + named;
  const [, year, half] = /^(20\d\d)\.([12])$/.exec(release) ?? [];
  if (year !== undefined) {
    return ANTELOPE.major + (Number(year) - ANTELOPE.year) * 2 + Number(half) - 1;
  }
  const [, major] = /^(\d{2})(?:\.\d+)*$/.exec(release) ?? [];
  return major === undefined ? undefined : Number(major);
}

function installedRules(pythonBase: string, files: Look): NovaRules {
  for (const directory of directories(pythonBase, files)) {
    const major = installedMajor(files, directory);
    if (major === undefined) continue;
    const inspector = join(directory, "nova/image/format_inspector.py");
    return novaRules(major, files.stat(inspector) !== undefined);
  }
  return NEWEST_RULES;
}

/** Possible places of nova, most likely first: most hosts need only one check. */
function* directories(pythonBase: string, files: Look): Generator<string> {
  yield pythonBase;
  for (const prefix of novaPrefixes(files)) {
    yield* unlessClosed(() => librariesOf(files, "/", prefix));
  }
}

/** The version that `pip` and the distributions record next to the package (PEP 376, egg-info). */
function installedMajor(files: Look, directory: string): number | undefined {
  const found = unlessClosed(() => files.list(directory)).flatMap((name) =>
    /^nova-(\d+)\..*\.(?:dist|egg)-info$/.exec(name)?.[1] ?? []
  );
  return found[0] === undefined ? undefined : Number(found[0]);
}
