/**
 * Where to look up an option: usually under its own group and name, but references to deprecated
 * names and `auth_section` redirect it (`cfg.py: ConfigOpts._get_opt_info`).
 *
 * @module
 */
import type { OptionGroups, OptionSpec } from "@/config/option_spec.ts";
import { OPTIONS } from "@/config/options.ts";

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

/** A `$name` that cannot be resolved; its message is the reason. */
export class SubstitutionError extends Error {}

/** A `$name` that is not an option of its group: `[DEFAULT]` may have it (`cfg.NoSuchOptError`). */
export class NoSuchOption extends SubstitutionError {}

const TABLE: OptionGroups = OPTIONS;

/** The place of an option of the table, by `group.name`. */
export function placeOf(key: string): Place {
  const [group, name] = splitName(key);
  const spec = TABLE[group]?.[name];
  if (spec === undefined) throw new TypeError(`no option '${key}' in the table`);
  return { spec, table: group, group, name, asked: name };
}

/**
 * The place of `$reference` in the value of an option.
 *
 * @throws {NoSuchOption} If its group has no such option.
 * @throws {SubstitutionError} If there is no such group.
 */
export function referredPlace(reference: string, from: Place): Place {
  if (!reference.includes(".")) {
    return { ...optionOf(from.table, reference), group: from.group };
  }
  const [group, name] = splitName(reference);
  if (!isGroup(group)) throw new SubstitutionError(`there is no group '${group}'`);
  return optionOf(group, name);
}

/**
 * The place of `$reference` in `[DEFAULT]`.
 *
 * @throws {SubstitutionError} If it means none.
 */
export function defaultPlace(reference: string): Place {
  if (isGroup(reference)) throw new SubstitutionError(`'${reference}' is a group, not an option`);
  return optionOf("DEFAULT", reference);
}

function optionOf(group: string, name: string): Place {
  if (Object.hasOwn(TABLE[group] ?? {}, name)) return placeOf(`${group}.${name}`);
  const current = CURRENT_NAMES.get(`${group}.${name}`);
  if (current === undefined) throw new NoSuchOption(`there is no option '${name}'`);
  return { ...placeOf(current), table: group, group, asked: name };
}

function isGroup(name: string): boolean {
  return name !== "DEFAULT" && Object.hasOwn(TABLE, name);
}

/** Section and key of an option in a file, its current name first. */
export function namesInFile({ spec, group, name }: Place): [string, string][] {
  const older = (spec.deprecated ?? []).map((full) =>
    full.includes(".") ? splitName(full) : [group, full] as [string, string]
  );
  return [[group, name], ...older];
}

/** Current `group.name` by each deprecated one. */
const CURRENT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(TABLE).flatMap(([group, options]) =>
    Object.entries(options).flatMap(([name, spec]) =>
      (spec.deprecated ?? []).map((full) =>
        [full.includes(".") ? full : `${group}.${full}`, `${group}.${name}`] as const
      )
    )
  ),
);

function splitName(full: string): [string, string] {
  const dot = full.indexOf(".");
  return [full.slice(0, dot), full.slice(dot + 1)];
}
