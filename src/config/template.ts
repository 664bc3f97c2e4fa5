/**
 * `$name` and `${group.name}` in values: Python's `string.Template` as oslo.config uses it
 * (`cfg.py: ConfigOpts._substitute`).
 *
 * @module
 */

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
 * import { substitute } from "@/config/template.ts";
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
