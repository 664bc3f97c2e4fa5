/**
 * The one option table, for flags, environment, `config show`, the manual page and doctor.
 *
 * @module
 */
import type { OptionGroups, OptionSpec, ValueOf } from "@/config/option_spec.ts";
import { GLANCE_OPTIONS } from "@/config/options/glance.ts";
import { GLANCE_DIRECT_OPTIONS } from "@/config/options/glance_direct.ts";
import { IDENTITY_OPTIONS } from "@/config/options/identity.ts";
import { KEY_MANAGER_OPTIONS } from "@/config/options/key_manager.ts";
import { LIBVIRT_OPTIONS } from "@/config/options/libvirt.ts";
import { NOVA_OPTIONS } from "@/config/options/nova.ts";

/** Every option the program reads, by group and name. */
export const OPTIONS: OptionTable = {
  ...GLANCE_DIRECT_OPTIONS,
  ...NOVA_OPTIONS,
  ...LIBVIRT_OPTIONS,
  ...GLANCE_OPTIONS,
  ...IDENTITY_OPTIONS,
  ...KEY_MANAGER_OPTIONS,
} satisfies OptionGroups;

/** The literal type of the table. */
export type OptionTable =
  & typeof GLANCE_DIRECT_OPTIONS
  & typeof NOVA_OPTIONS
  & typeof LIBVIRT_OPTIONS
  & typeof GLANCE_OPTIONS
  & typeof IDENTITY_OPTIONS
  & typeof KEY_MANAGER_OPTIONS;

/** `group.name` of an option. */
export type OptionKey = {
  [G in keyof OptionTable & string]: `${G}.${keyof OptionTable[G] & string}`;
}[keyof OptionTable & string];

/** The entry of an option in the table. */
export type SpecOf<K extends string> = K extends
  `${infer G extends keyof OptionTable & string}.${infer N}`
  ? N extends keyof OptionTable[G] ? OptionTable[G][N] : never
  : never;

/** Type of an option's value: `undefined` only if it has no default. */
export type OptionValue<K extends OptionKey> = SpecOf<K> extends infer S
  ? S extends { readonly default: string } ? ValueOf<S> : ValueOf<S> | undefined
  : never;

/** One option of the table. */
export interface OptionEntry {
  /** `group.name`. */
  readonly key: OptionKey;
  /** Its group. */
  readonly group: string;
  /** Its name. */
  readonly name: string;
  /** Its definition. */
  readonly spec: OptionSpec;
}

/** The table as a list. */
export const ALL_OPTIONS: readonly OptionEntry[] = Object.entries(OPTIONS as OptionGroups).flatMap((
  [group, options],
) =>
  Object.entries(options).map(([name, spec]) => ({
    key: `${group}.${name}` as OptionKey,
    group,
    name,
    spec,
  }))
);
