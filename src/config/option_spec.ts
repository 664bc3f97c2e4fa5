/**
 * What the option table says of one option, and the TypeScript type of its value.
 *
 * @module
 */

/**
 * How an option's text becomes a value: oslo.config's types, and two of our own. `size` is bytes,
 * `duration` milliseconds.
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
  /** The only texts allowed. */
  readonly choices?: readonly string[];
  /** Smallest number allowed; bytes or milliseconds for a `size` or a `duration`. */
  readonly min?: number;
  /** Older names: `group.name`, or only `name` for one in the same group. */
  readonly deprecated?: readonly string[];
  /** Its flag on the command line, e.g. `--limit-rate`. */
  readonly flag?: string;
  /** Whether its value must never be shown. */
  readonly secret?: boolean;
  /** Whether the group's `auth_section` moves it to another section (keystoneauth's loading). */
  readonly auth?: boolean;
  /** Whether nova finds its default on the host. Unset, such an option cannot be substituted. */
  readonly ofHost?: boolean;
  /** Whether it is only read where another option's value refers to it (`$state_path`). */
  readonly forSubstitution?: boolean;
  /** What it does, in one sentence. */
  readonly help: string;
}

/** A value after conversion; `null` is oslo.config's `None`. */
export type OptionData = string | number | boolean | readonly string[] | null;

/** Type of the value of an option, when it has one. */
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
