/**
 * The configuration from all its layers: flags, environment, files, defaults. Values are converted
 * when they are read, as oslo.config does: a bad one only hurts who asks for it.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import {
  type ConfigFile,
  type ConfigSources,
  type FileContext,
  readConfigFiles,
} from "@/config/config_files.ts";
import { convert, ValueError } from "@/config/convert.ts";
import type { OptionData, OptionSpec } from "@/config/option_spec.ts";
import type { OptionKey, OptionValue } from "@/config/options.ts";
import { sectionName } from "@/config/oslo_ini.ts";
import {
  defaultPlace,
  namesInFile,
  NoSuchOption,
  type Place,
  placeOf,
  referredPlace,
  SubstitutionError,
} from "@/config/place.ts";
import { str } from "@/config/python_text.ts";
import { substitute } from "@/config/template.ts";
import { ToolError } from "@/errors.ts";

/** What the configuration is made from. */
export interface LoadOptions extends FileContext {
  /** The flags that matter: where the files are, and what overrides an option. */
  readonly globals: {
    /** `--config-file` and `--config-dir`, in the order given. */
    readonly configSources: ConfigSources;
    /** Flags by `group.name`. */
    readonly overrides: Readonly<Record<string, string>>;
  };
}

/**
 * Reads the configuration files. No value is looked at yet.
 *
 * @throws {ToolError} `config_invalid` or `permission_denied`, naming the file.
 */
export function loadConfig(options: LoadOptions): Config {
  return new LayeredConfig(options, readConfigFiles(options.globals.configSources, options));
}

/** The text that was found for an option; several for a `multistr`. */
interface Found {
  readonly texts: readonly string[];
  readonly origin: string;
  /** Whether it was typed on the command line: then it is not a template, and its errors are usage. */
  readonly isFlag?: boolean;
}

class LayeredConfig implements Config {
  readonly #options: LoadOptions;
  /** The file that wins comes first. */
  readonly #files: readonly ConfigFile[];

  constructor(options: LoadOptions, files: readonly ConfigFile[]) {
    this.#options = options;
    this.#files = files.toReversed();
  }

  get<K extends OptionKey>(key: K): OptionValue<K> {
    const place = this.#placeOf(key);
    return (this.#readOrExplain(place) ?? defaultNumber(place.spec)) as OptionValue<K>;
  }

  originOf(key: OptionKey): string {
    return this.#find(this.#placeOf(key)).origin;
  }

  /** keystoneauth reads credentials from the section that `auth_section` names, if it names one. */
  #placeOf(key: OptionKey): Place {
    const place = placeOf(key);
    if (place.spec.auth !== true) return place;
    const section = this.#readOrExplain(placeOf(`${place.table}.auth_section`));
    return typeof section === "string" && section !== "" ? { ...place, group: section } : place;
  }

  #readOrExplain(place: Place): OptionData {
    try {
      return this.#read(place, []);
    } catch (error) {
      if (!(error instanceof SubstitutionError)) throw error;
      throw substitutionFailure(place, this.#find(place).origin, error.message);
    }
  }

  /** @param path The options being read, outermost first: what a loop is recognized by. */
  #read(place: Place, path: readonly string[]): OptionData {
    const found = this.#find(place);
    const texts = found.isFlag
      ? found.texts
      : found.texts.map((text) => this.#substitute(text, place, path));
    if (place.spec.type === "multistr") return texts;
    const text = texts.at(-1);
    return text === undefined ? null : convertAt(text, place, found);
  }

  #find(place: Place): Found {
    return this.#inFlags(place) ?? this.#inEnvironment(place) ?? this.#inFiles(place) ??
      { texts: [place.spec.default ?? []].flat(), origin: "default" };
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

  /** Per file, the current name beats the deprecated ones; a later file beats an earlier one. */
  #inFiles(place: Place): Found | undefined {
    const texts: string[] = [];
    let origin: string | undefined;
    for (const { path, sections } of this.#files) {
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

  #substitute(text: string, place: Place, path: readonly string[]): string {
    const here = `${place.group}.${place.asked}`;
    const longer = [...path, here];
    if (path.includes(here)) throw new SubstitutionError(`'${longer.join("' uses '")}'`);
    return substitute(text, (reference) => str(this.#reference(reference, place, longer)));
  }

  /** `StrSubWrapper.__getitem__`: the option of that group, or else one of `[DEFAULT]`. */
  #reference(reference: string, from: Place, path: readonly string[]): OptionData {
    try {
      return this.#read(referredPlace(reference, from), path);
    } catch (error) {
      if (!(error instanceof NoSuchOption)) throw error;
      return this.#read(defaultPlace(reference), path);
    }
  }
}

function substitutionFailure({ group, name }: Place, origin: string, reason: string): ToolError {
  return new ToolError(
    "config_invalid",
    `Cannot substitute [${group}]${name} from '${origin}': ${reason}`,
    { hints: ["write '$$' for a plain '$', and '${name}' where a dot follows"] },
  );
}

function convertAt(text: string, { spec, group, name }: Place, found: Found): OptionData {
  try {
    return convert(text, spec);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const what = found.isFlag ? found.origin : `[${group}]${name} from '${found.origin}'`;
    const why = spec.secret ? "the value is not valid" : error.message;
    throw new ToolError(found.isFlag ? "usage" : "config_invalid", `Cannot read ${what}: ${why}`);
  }
}

/** An empty number is `None` in oslo.config; where there is a default, it is more use than nothing. */
function defaultNumber(spec: OptionSpec): OptionData | undefined {
  return spec.default === undefined ? undefined : convert(spec.default, spec) ?? undefined;
}
