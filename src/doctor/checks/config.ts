/**
 * Checks of nova's configuration files and their values.
 *
 * @module
 */
import { type ConfigFile, readConfigFiles } from "@/config/config_files.ts";
import { ALL_OPTIONS } from "@/config/options.ts";
import { sectionName } from "@/config/oslo_ini.ts";
import { readOption } from "@/config/read_option.ts";
import { unknownOptionText } from "@/config/unknown_options.ts";
import { type Check, failure, ok, warning } from "@/doctor/check.ts";
import { expectedFailure } from "@/errors.ts";

/** The check. */
export const configFiles: Check = {
  id: "config.files",
  what: "files that are read, and overridden settings",
  run({ context, configSources }) {
    const files = readConfigFiles(configSources, context);
    const paths = files.map(({ path }) => path);
    if (files.length === 0) {
      return warning(
        "No configuration file is read: every option has its default",
        "name nova-compute's own: --config-file PATH (Kolla: /etc/kolla/nova-compute/nova.conf)",
      );
    }
    const overridden = overriddenSettings(files);
    const text = files.length === 1 ? "1 file is read" : `${files.length} files are read`;
    const details = [
      ...paths,
      ...overridden.map(({ name, loser, winner }) => `${name}: '${winner}' overrides '${loser}'`),
    ];
    const surprise = configSources.some(({ kind }) => kind === "file")
      ? overridden.find(({ loser }) => DEFAULT_DIRECTORY.test(loser))
      : undefined;
    if (surprise === undefined) return ok(text, details);
    return warning(
      `${surprise.name} in '${surprise.loser}' has no effect: --config-file is read after it`,
      "give the directory after the file, as for nova-compute: --config-file F --config-dir D",
      details,
    );
  },
};

/** oslo.config reads these before any explicit file, although a '.d' usually comes after. */
const DEFAULT_DIRECTORY = /^\/etc\/(?:nova\/)?nova(?:-compute)?\.conf\.d\//;

interface Overridden {
  readonly name: string;
  readonly loser: string;
  readonly winner: string;
}

/** Options of the table that two files set to different values. */
function overriddenSettings(files: readonly ConfigFile[]): readonly Overridden[] {
  return ALL_OPTIONS.flatMap(({ group, name }) => {
    const set = files.flatMap(({ path, sections }) => {
      const text = sections.get(sectionName(group))?.get(name);
      return text === undefined ? [] : [{ path, text: text.at(-1)?.text }];
    });
    const last = set.at(-1);
    return last === undefined ? [] : set.slice(0, -1)
      .filter(({ text }) => text !== last.text)
      .map(({ path }) => ({ name: `[${group}]${name}`, loser: path, winner: last.path }));
  });
}

/** The check. */
export const configValues: Check = {
  id: "config.values",
  what: "every value can be read, and every option is known",
  run({ config }) {
    const problems = ALL_OPTIONS.flatMap(({ key }) => {
      try {
        readOption(config, key);
        return [];
      } catch (error) {
        return [expectedFailure(error).message];
      }
    });
    const [first, ...more] = [...new Set(problems)];
    const unknown = config.unknown.map(unknownOptionText);
    if (first === undefined && unknown[0] !== undefined) {
      return warning(unknown[0], "correct or remove it there", unknown.slice(1));
    }
    if (first === undefined) return ok(`All ${ALL_OPTIONS.length} options can be read`);
    return failure(first, "correct the value there", [...more, ...unknown]);
  },
};
