/**
 * Python's white space and numbers: oslo.config converts text with them, so a file that nova
 * accepts must have the same meaning here.
 *
 * @module
 */

const SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LEADING = new RegExp(`^[${SPACE}]+`);
const IS_SPACE = new RegExp(`[${SPACE}]`);
const WIDE_SPACE = new RegExp(`[${SPACE.replace("\\t-\\r\\x1c-\\x20", "")}]`, "g");

/** `str.lstrip()`. */
export function lstrip(text: string): string {
  return text.replace(LEADING, "");
}

/**
 * `str.rstrip()`. A regular expression would start again at each blank inside the text, which takes
 * quadratic time.
 */
export function rstrip(text: string): string {
  let end = text.length;
  while (end > 0 && IS_SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** `str.strip()`. */
export function strip(text: string): string {
  return rstrip(lstrip(text));
}

/**
 * `int(text)`: decimal, with a sign and single underscores. Digits of other scripts are not
 * accepted.
 *
 * @returns `undefined` if Python raises an error, and beyond 2^53, where JavaScript numbers are not
 * exact.
 */
export function parseInt(text: string): number | undefined {
  const plain = plainNumber(text);
  if (!/^[+-]?\d+(_\d+)*$/.test(plain)) return undefined;
  const value = Number(plain.replaceAll("_", ""));
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

/**
 * Letters that `[a-z]` matches under `re.IGNORECASE`: four others fold to ASCII. For a character
 * class.
 */
export const LETTERS_OF_ANY_CASE = "a-zA-Z\\u0130\\u0131\\u017f\\u212a";

const DIGITS = "\\d+(?:_\\d+)*";
const FLOAT = new RegExp(
  `^[+-]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:e[+-]?${DIGITS})?$`,
  "i",
);

/**
 * `float(text)`.
 *
 * @returns `undefined` if Python raises an error, and for `inf` and `nan`, which no option can use.
 */
export function parseFloat(text: string): number | undefined {
  const plain = plainNumber(text);
  const value = FLOAT.test(plain) ? Number(plain.replaceAll("_", "")) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Python strips white space from the ends of a number, but not all of the control characters. */
function plainNumber(text: string): string {
  return text.replace(WIDE_SPACE, " ").replace(/^[\t-\r ]+|[\t-\r ]+$/g, "");
}
