/**
 * The configuration for commands: typed values by `group.name`, with their origin. Texts from all
 * layers are substituted and converted on access, as in oslo.config, so that a bad value only
 * affects its users.
 *
 * @module
 */
import { asText, convert, convertFlag, ValueError } from "@/config/convert.ts";
import { type Found, Layers, type LoadOptions, type Place, placeOf } from "@/config/layers.ts";
import type { OptionData, OptionSpec } from "@/config/option_spec.ts";
import type { OptionKey, OptionValue } from "@/config/options.ts";
import {
  defaultPlace,
  NoSuchOption,
  referredPlace,
  substitute,
  SubstitutionError,
} from "@/config/references.ts";
import { type UnknownOption, unknownOptions } from "@/config/unknown_options.ts";
import { ToolError } from "@/errors.ts";

/** Values of the options of the table in `options.ts`. */
export interface Config {
  /**
   * The value of an option, converted and substituted, or its default; `undefined` if it has none.
   *
   * @throws {ToolError} `config_invalid` with file and line, if the text cannot be converted or
   * substituted; `usage`, if it came from a flag.
   */
  get<K extends OptionKey>(key: K): OptionValue<K>;
  /**
   * Origin of the value: `/etc/nova/nova.conf:212`, `environment OS_…`, `flag --…` or `default`.
   *
   * @throws {ToolError} `config_invalid`, if the option is a credential and the `auth_section` of
   * its group cannot be read.
   */
  originOf(key: OptionKey): string;
  /** Options of `[glance_direct]` in the files that have no effect, because they are unknown. */
  readonly unknown: readonly UnknownOption[];
}

/**
 * Reads the configuration files. Values are not checked yet.
 *
 * @throws {ToolError} `config_invalid` or `permission_denied`, with the file.
 */
export function loadConfig(options: LoadOptions): Config {
  return new LayeredConfig(new Layers(options));
}

class LayeredConfig implements Config {
  readonly #layers: Layers;

  constructor(layers: Layers) {
    this.#layers = layers;
  }

  get<K extends OptionKey>(key: K): OptionValue<K> {
    const place = this.#placeOf(key);
    return (this.#readOrExplain(place) ?? defaultNumber(place.spec)) as OptionValue<K>;
  }

  originOf(key: OptionKey): string {
    return this.#layers.find(this.#placeOf(key)).origin;
  }

  get unknown(): readonly UnknownOption[] {
    return unknownOptions(this.#layers.files.toReversed());
  }

  /** keystoneauth reads credentials from the section that `auth_section` names, if it is set. */
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
      throw substitutionFailure(place, this.#layers.find(place).origin, error.message);
    }
  }

  /** @param path The options being read, outermost first, to detect a loop. */
  #read(place: Place, path: readonly string[]): OptionData {
    const found = this.#layers.find(place);
    const texts = found.isFlag
      ? found.texts
      : found.texts.map((text) => this.#substitute(text, place, path));
    const text = texts.at(-1);
    if (text === undefined) return null;
    return place.spec.type === "multistr" ? texts : convertAt(text, place, found);
  }

  #substitute(text: string, place: Place, path: readonly string[]): string {
    const here = `${place.group}.${place.asked}`;
    const longer = [...path, here];
    if (path.includes(here)) throw new SubstitutionError(`'${longer.join("' uses '")}'`);
    return substitute(text, (reference) => this.#reference(reference, place, longer));
  }

  /** `StrSubWrapper.__getitem__`: the option of that group, else one of `[DEFAULT]`. */
  #reference(reference: string, from: Place, path: readonly string[]): string {
    try {
      return this.#textOf(referredPlace(reference, from), path);
    } catch (error) {
      if (!(error instanceof NoSuchOption)) throw error;
      return this.#textOf(defaultPlace(reference), path);
    }
  }

  /** An empty text instead of this host's address would lead to another directory than nova's. */
  #textOf(place: Place, path: readonly string[]): string {
    const value = this.#read(place, path);
    if (value === null && place.spec.ofHost) {
      throw new SubstitutionError(`[${place.group}]${place.name} is not set`);
    }
    return asText(value, place.spec);
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
  if (found.isFlag) return convertFlag(text, spec.flag ?? `${group}.${name}`, spec);
  try {
    return convert(text, spec);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const why = spec.secret ? "the value is not valid" : error.message;
    throw new ToolError(
      "config_invalid",
      `Cannot read [${group}]${name} from '${found.origin}': ${why}`,
      { hints: [`correct it there, then: glance-direct config show ${group}.${name}`] },
    );
  }
}

/** An empty number is `None` in oslo.config; if there is a default, it is more useful. */
function defaultNumber(spec: OptionSpec): OptionData | undefined {
  return spec.default === undefined ? undefined : convert(spec.default, spec) ?? undefined;
}
