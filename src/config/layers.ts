/**
 * Finds the text of an option: a flag, the environment, a file or its default, in this order
 * (`cfg.py: ConfigOpts._do_get`, `_Namespace._get_file_value`).
 *
 * @module
 */
import {
  type ConfigFile,
  type ConfigSources,
  type FileContext,
  readConfigFiles,
} from "@/config/config_files.ts";
import type { OptionGroups, OptionSpec } from "@/config/option_spec.ts";
import { OPTIONS } from "@/config/options.ts";
import { sectionName } from "@/config/oslo_ini.ts";
import type { Identity } from "@/context.ts";

/** The sources of the configuration. */
export interface LoadOptions extends FileContext {
  /** The relevant flags: configuration files, and flags that override an option. */
  readonly globals: {
    /** `--config-file` and `--config-dir`, in the order given. */
    readonly configSources: ConfigSources;
    /** Flags by `group.name`. */
    readonly overrides: Readonly<Record<string, string>>;
  };
  /** Provides the default of `[DEFAULT]host`. */
  readonly identity?: Pick<Identity, "hostname">;
}

/** An option, and where to look for its values. */
export interface Place {
  /** The option's entry in the table. */
  readonly spec: OptionSpec;
  /** Its group in the table, in which a `$name` in its value is looked up. */
  readonly table: string;
  /** Its section in the files. */
  readonly group: string;
  /** Its name in the files. */
  readonly name: string;
  /** The requested name, which is its name in the environment. */
  readonly asked: string;
}

/** The text of an option, before substitution. */
export interface Found {
  /** Empty if nothing is set; several only for a `multistr`. */
  readonly texts: readonly string[];
  /** Its origin, for people. */
  readonly origin: string;
  /**
   * Whether it is from the command line: then it is not a template, and its errors are usage
   * errors.
   */
  readonly isFlag?: boolean;
}

/** All layers; the files are read on construction. */
export class Layers {
  readonly #options: LoadOptions;
  /** The file with the highest priority comes first. */
  readonly files: readonly ConfigFile[];

  /**
   * Reads the files.
   *
   * @throws {ToolError} `config_invalid` or `permission_denied`, with the file.
   */
  constructor(options: LoadOptions) {
    this.#options = options;
    this.files = readConfigFiles(options.globals.configSources, options).reverse();
  }

  /** The text of an option that takes effect. */
  find(place: Place): Found {
    return this.#inFlags(place) ?? this.#inEnvironment(place) ?? this.#inFiles(place) ??
      { texts: this.#defaultTexts(place), origin: "default" };
  }

  #inFlags({ spec, group, name }: Place): Found | undefined {
    const text = this.#options.globals.overrides[`${group}.${name}`];
    if (text === undefined) return undefined;
    return { texts: [text], origin: `flag ${spec.flag ?? `${group}.${name}`}`, isFlag: true };
  }

  #inEnvironment({ spec, group, asked }: Place): Found | undefined {
    const twins = group === "glance_direct" ? [`${group}_${asked}`] : [];
    for (const name of [...twins, `OS_${group}__${asked}`].map((name) => name.toUpperCase())) {
      const text = this.#options.env.get(name);
      if (text === undefined) continue;
      const texts = spec.type === "multistr" ? text.split("\n") : [text];
      return { texts, origin: `environment ${name}` };
    }
  }

  /**
   * In each file, the current name overrides the deprecated ones; a later file overrides an earlier
   * one.
   */
  #inFiles(place: Place): Found | undefined {
    const texts: string[] = [];
    let origin: string | undefined;
    for (const { path, sections } of this.files) {
      for (const [section, key] of namesInFile(place)) {
        const entries = sections.get(sectionName(section))?.get(key);
        const last = entries?.at(-1);
        if (entries === undefined || last === undefined) continue;
        origin ??= `${path}:${last.line}`;
        if (place.spec.type !== "multistr") return { texts: [last.text], origin };
        texts.unshift(...entries.map((entry) => entry.text));
      }
    }
    return origin === undefined ? undefined : { texts, origin };
  }

  #defaultTexts({ spec, name }: Place): readonly string[] {
    const text = spec.ofHost && name === "host" ? this.#options.identity?.hostname : spec.default;
    return text === undefined ? [] : [text];
  }
}

/** The place of an option of the table, by `group.name`. */
export function placeOf(key: string): Place {
  const [group, name] = splitName(key);
  const spec = (OPTIONS as OptionGroups)[group]?.[name];
  if (spec === undefined) throw new TypeError(`no option '${key}' in the table`);
  return { spec, table: group, group, name, asked: name };
}

/** Section and key of an option in a file, its current name first. */
function namesInFile({ spec, group, name }: Place): [string, string][] {
  const older = (spec.deprecated ?? []).map((full) =>
    full.includes(".") ? splitName(full) : [group, full] as [string, string]
  );
  return [[group, name], ...older];
}

/** The group and the name of `group.name`. */
export function splitName(full: string): [string, string] {
  const dot = full.indexOf(".");
  return [full.slice(0, dot), full.slice(dot + 1)];
}
