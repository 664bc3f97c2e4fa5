/**
 * `config.files`: which files are read, and what the order of reading hides.
 *
 * @module
 */
import { type ConfigFile, readConfigFiles } from "@/config/config_files.ts";
import { OPTIONS } from "@/config/options.ts";
import { type Check, ok, warning } from "@/doctor/check.ts";

/** The check. */
export const configFiles: Check = {
  id: "config.files",
  what: "which configuration files are read, and which settings they take from each other",
  run({ context, configSources }) {
    const files = readConfigFiles(configSources, context);
    const paths = files.map(({ path }) => path);
    if (files.length === 0) {
      return warning(
        "No configuration file is read: every option has its default",
        "give --config-file /etc/nova/nova.conf",
      );
    }
    const overridden = overriddenSettings(files);
    const count = files.length === 1 ? "1 file is" : `${files.length} files are`;
    if (overridden.length === 0) return ok(`${count} read`, paths);
    // oslo.config reads the default directories first, whatever the operator expects of a '.d'.
    const surprises = overridden.filter(({ loser }) =>
      /\.conf\.d\//.test(loser) && isDefault(loser)
    );
    const details = [
      ...paths,
      ...overridden.map(({ name, loser, winner }) => `${name}: '${winner}' wins over '${loser}'`),
    ];
    const [first] = surprises;
    if (first === undefined || configSources.every(({ kind }) => kind !== "file")) {
      return ok(`${count} read, the last one that sets an option wins`, details);
    }
    return warning(
      `${first.name} in '${first.loser}' has no effect: --config-file is read after it`,
      "give the directory, too: --config-dir after --config-file",
      details,
    );
  },
};

interface Overridden {
  readonly name: string;
  readonly loser: string;
  readonly winner: string;
}

function isDefault(path: string): boolean {
  return path.startsWith("/etc/nova/");
}

/** Options of the table that two files set to different texts. */
function overriddenSettings(files: readonly ConfigFile[]): readonly Overridden[] {
  return Object.entries(OPTIONS).flatMap(([group, options]) =>
    Object.keys(options).flatMap((name) => {
      const set = files.flatMap(({ path, sections }) => {
        const text = sections.get(group === "DEFAULT" ? group : group.toLowerCase())?.get(name);
        return text === undefined ? [] : [{ path, text: text.at(-1)?.text }];
      });
      const last = set.at(-1);
      return last === undefined ? [] : set.slice(0, -1)
        .filter(({ text }) => text !== last.text)
        .map(({ path }) => ({ name: `[${group}]${name}`, loser: path, winner: last.path }));
    })
  );
}
