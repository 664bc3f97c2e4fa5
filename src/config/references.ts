/**
 * References in a value to other options: `$name` and `${group.name}`, Python's `string.Template` as
 * oslo.config uses it (`cfg.py: ConfigOpts._substitute`, `_get_opt_info`).
 *
 * @module
 */
import { type Place, placeOf, splitName } from "@/config/layers.ts";
import type { OptionGroups } from "@/config/option_spec.ts";
import { ALL_OPTIONS, OPTIONS } from "@/config/options.ts";
import { LETTERS_OF_ANY_CASE } from "@/config/python_text.ts";

const LETTER = `_${LETTERS_OF_ANY_CASE}`;
const NAME = `[${LETTER}][.${LETTER}0-9]*`;
const REFERENCE = new RegExp(`\\$(?:(\\$)|(${NAME})|\\{(${NAME})\\})`, "g");

/**
 * Replaces references with the results of `lookup`; `$$` and `\$` become `$`, and a `$` without a
 * name stays. The dot is part of a name: `$state_path.bak` means `bak` in a group `state_path`.
 *
 * @throws {unknown} Whatever `lookup` throws.
 *
 * @example
 * ```ts
 * import { substitute } from "@/config/references.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = substitute("$state_path/instances, $$5", () => "/var/lib/nova");
 * assertEquals(text, "/var/lib/nova/instances, $5");
 * ```
 */
export function substitute(text: string, lookup: (name: string) => string): string {
  return text.replaceAll("\\$", () => "$$").replace(
    REFERENCE,
    (_match, dollar?: string, named?: string, braced?: string) =>
      dollar ?? lookup(named ?? braced ?? ""),
  );
}

/** A `$name` that cannot be resolved; its message is the reason. */
export class SubstitutionError extends Error {}

/** A `$name` that is not an option of its group: `[DEFAULT]` may have it (`cfg.NoSuchOptError`). */
export class NoSuchOption extends SubstitutionError {}

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

const TABLE: OptionGroups = OPTIONS;

/** Current `group.name` by each deprecated one. */
const CURRENT_NAMES: ReadonlyMap<string, string> = new Map(
  ALL_OPTIONS.flatMap(({ group, key, spec }) =>
    (spec.deprecated ?? []).map((full) => [full.includes(".") ? full : `${group}.${full}`, key])
  ),
);
