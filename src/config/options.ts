/**
 * The one option table. Flags, environment, `config show`, the manual page and doctor read it.
 *
 * @module
 */

/** How an option's text becomes a value. */
export interface OptionSpec {
  /** Group of the configuration file, e.g. `glance`. */
  readonly group: string;
  /** Name in the file. */
  readonly name: string;
  /** Its type, as oslo.config calls it. */
  readonly type: "str" | "bool" | "int" | "float" | "list" | "multistr";
  /** Default, as text, `$`-substituted like any other value; absent means no value. */
  readonly default?: string;
  /** What it does, in one sentence. */
  readonly help: string;
}

/** Every option the program reads. */
export const OPTIONS = [
  { group: "DEFAULT", name: "state_path", type: "str", default: "/var/lib/nova", help: "x" },
  { group: "glance", name: "enable_rbd_download", type: "bool", default: "false", help: "x" },
  { group: "glance", name: "api_servers", type: "list", help: "x" },
  { group: "glance", name: "endpoint_override", type: "str", help: "x" },
  { group: "glance", name: "num_retries", type: "int", default: "3", help: "x" },
  { group: "glance", name: "timeout", type: "float", help: "x" },
] as const satisfies readonly OptionSpec[];

type Spec = typeof OPTIONS[number];

/** `group.name` of an option. */
export type OptionKey = { [S in Spec as `${S["group"]}.${S["name"]}`]: S } extends infer M
  ? keyof M & string
  : never;

type SpecOf<K extends string> = Extract<Spec, { readonly [P in "group" | "name"]: string }> extends
  infer S
  ? S extends { readonly group: infer G extends string; readonly name: infer N extends string }
    ? `${G}.${N}` extends K ? S : never
  : never
  : never;

type ValueOf<T> = T extends "bool" ? boolean
  : T extends "int" | "float" ? number
  : T extends "list" | "multistr" ? readonly string[]
  : string;

/** Type of an option's value: `undefined` only where it has no default. */
export type OptionValue<K extends OptionKey> = SpecOf<K> extends infer S
  ? S extends { readonly type: infer T; readonly default: string } ? ValueOf<T>
  : S extends { readonly type: infer T } ? ValueOf<T> | undefined
  : never
  : never;
