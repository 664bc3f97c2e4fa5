/**
 * Python's idea of white space, numbers and `repr()`: oslo.config converts text with them, so a file
 * that nova accepts must mean the same here.
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

/** `str.rstrip()`. A pattern would begin anew at each blank inside the text, and take for ever. */
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
 * `int(text)`: decimal, with a sign, single underscores and the digits of any script.
 *
 * @returns `undefined` where Python raises, and beyond 2^53, where a JavaScript number would lie.
 */
export function parseInt(text: string): number | undefined {
  const plain = plainNumber(text);
  if (!/^[+-]?\d+(_\d+)*$/.test(plain)) return undefined;
  const value = Number(plain.replaceAll("_", ""));
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

/** Letters that `[a-z]` matches under `re.IGNORECASE`: four more fold to ASCII. For a class. */
export const LETTERS_OF_ANY_CASE = "a-zA-Z\\u0130\\u0131\\u017f\\u212a";

const DIGITS = "\\d+(?:_\\d+)*";
const FLOAT = new RegExp(
  `^[+-]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:e[+-]?${DIGITS})?$`,
  "i",
);

/**
 * `float(text)`.
 *
 * @returns `undefined` where Python raises, and for `inf` and `nan`, which nothing can be counted with.
 */
export function parseFloat(text: string): number | undefined {
  const plain = plainNumber(text);
  const value = FLOAT.test(plain) ? Number(plain.replaceAll("_", "")) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** As CPython prepares a number: digits become ASCII, other white space blanks, the ends bare. */
function plainNumber(text: string): string {
  return text
    .replace(/[^\0-\x7f]/gu, (char) => /\p{Nd}/u.test(char) ? String(digitOf(char)) : char)
    .replace(WIDE_SPACE, " ")
    .replace(/^[\t-\r ]+|[\t-\r ]+$/g, "");
}

/** Unicode keeps decimal digits in runs of ten, so the distance to the run's start tells the value. */
function digitOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  let start = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start--;
  return (code - start) % 10;
}

/** `repr(value)` of a finite float: shortest digits, an exponent below 1e-4 and from 1e16 on. */
export function floatRepr(value: number): string {
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (power >= -4 && power < 16) return Number.isInteger(value) ? `${value}.0` : String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

const UNPRINTABLE = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** `repr(text)`. */
export function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(UNPRINTABLE, (char) => SHORT_ESCAPES[char] ?? escapeOf(char));
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

function escapeOf(char: string): string {
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
