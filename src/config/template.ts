/**
 * `$name` and `${group.name}` in values: Python's `string.Template` as oslo.config uses it
 * (`cfg.py: ConfigOpts._substitute`).
 *
 * @module
 */

// Python's [a-z] without case takes in four letters that fold to ASCII ones.
const LETTER = "_a-zA-Z\\u0130\\u0131\\u017f\\u212a";
const NAME = `[${LETTER}][.${LETTER}0-9]*`;
const REFERENCE = new RegExp(`\\$(?:(\\$)|(${NAME})|\\{(${NAME})\\})`, "g");

/**
 * Replaces references by what `lookup` gives for them; `$$` and `\$` become `$`, and a `$` without a
 * name stays. The dot belongs to a name: `$state_path.bak` asks for `bak` of a group `state_path`.
 *
 * @throws {unknown} Whatever `lookup` throws.
 */
export function substitute(text: string, lookup: (name: string) => string): string {
  return text.replaceAll("\\$", () => "$$").replace(
    REFERENCE,
    (_match, dollar?: string, named?: string, braced?: string) =>
      dollar ?? lookup(named ?? braced ?? ""),
  );
}
