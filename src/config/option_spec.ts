/**
 * An entry of the option table, and the TypeScript type of its value.
 *
 * @module
 */

/**
 * How to convert an option's text: oslo.config's types, and two of our own. `size` is in bytes,
 * `duration` in milliseconds.
 */
export type OptionType =
  | "str"
  | "bool"
  | "int"
  | "float"
  | "list"
  | "multistr"
  | "hostdomain"
  | "size"
  | "duration";

/** One option of the table. */
export interface OptionSpec {
  /** Its type. */
  readonly type: OptionType;
  /** Default, as text, `$`-substituted like any other value; absent means no value. */
  readonly default?: string;
  /** The allowed texts. */
  readonly choices?: readonly string[];
  /** Minimum; bytes or milliseconds for a `size` or a `duration`. */
  readonly min?: number;
  /** Older names: `group.name`, or only `name` for one in the same group. */
  readonly deprecated?: readonly string[];
  /** Its flag on the command line, e.g. `--limit-rate`. */
  readonly flag?: string;
  /** Whether its value is secret. */
  readonly secret?: boolean;
  /** Whether the group's `auth_section` moves it to another section (keystoneauth's loading). */
  readonly auth?: boolean;
  /**
   * Whether nova computes its default on the host. If unset, such an option cannot be substituted.
   */
  readonly ofHost?: boolean;
  /** Whether it is only read when another option's value refers to it (`$state_path`). */
  readonly forSubstitution?: boolean;
  /** Its description, in one sentence. */
  readonly help: string;
}

/** A value after conversion; `null` is oslo.config's `None`. */
export type OptionData = string | number | boolean | readonly string[] | null;

/** Type of the value of an option, if it has one. */
export type ValueOf<S> = S extends { readonly choices: readonly (infer C extends string)[] } ? C
  : S extends { readonly type: infer T } ? T extends "bool" ? boolean
    : T extends "int" | "float" | "size" | "duration" ? number
    : T extends "list" | "multistr" ? readonly string[]
    : string
  : never;

/** Options of one group, by their name in the file. */
export type Options = Readonly<Record<string, OptionSpec>>;

/** Options by group of the configuration file. */
export type OptionGroups = Readonly<Record<string, Options>>;

/** Makes an option of one type from its help and, if it has one, its default. */
export interface OptionMaker<T extends OptionType> {
  /** An option without a default. */
  (help: string): { readonly type: T; readonly help: string };
  /** An option with a default, as text. */
  (help: string, fallback: string): {
    readonly type: T;
    readonly default: string;
    readonly help: string;
  };
}

function maker<T extends OptionType>(type: T): OptionMaker<T> {
  return ((help: string, fallback?: string) =>
    fallback === undefined ? { type, help } : { type, default: fallback, help }) as OptionMaker<T>;
}

/** A text. */
export const str: OptionMaker<"str"> = maker("str");
/** Yes or no. */
export const bool: OptionMaker<"bool"> = maker("bool");
/** An integer. */
export const int: OptionMaker<"int"> = maker("int");
/** A number. */
export const float: OptionMaker<"float"> = maker("float");
/** Texts, separated by commas. */
export const list: OptionMaker<"list"> = maker("list");
/** Bytes. */
export const size: OptionMaker<"size"> = maker("size");
/** Milliseconds. */
export const duration: OptionMaker<"duration"> = maker("duration");
