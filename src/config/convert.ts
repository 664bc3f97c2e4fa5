/**
 * Converts the text of an option to its value, by the rules of oslo.config's `types.py`.
 *
 * @module
 */
import type { OptionData, OptionSpec } from "@/config/option_spec.ts";
import { LETTERS_OF_ANY_CASE, parseFloat, parseInt, strip } from "@/config/python_text.ts";
import { formatDuration, formatSize, parseDuration, parseSize } from "@/config/units.ts";
import { messageOf, ToolError } from "@/errors.ts";

/** Why a text is not a value of its option; `message` follows the option's name and origin. */
export class ValueError extends Error {
  /** The name of the class, as in stack traces. */
  override readonly name = "ValueError";
}

/**
 * Converts the text of a single-valued option; a `multistr` is a list of texts, and never fails.
 *
 * @throws {ValueError} If the text is not a value of the option's type.
 */
export function convert(text: string, spec: OptionSpec): OptionData {
  switch (spec.type) {
    case "bool":
      return boolean(text);
    case "int":
      return bounded(number(text, parseInt, "an integer"), spec);
    case "float":
      return bounded(number(text, parseFloat, "a number"), spec);
    case "list":
      return list(text);
    case "hostdomain":
      return hostDomain(text);
    case "size":
      return bounded(ownType(text, parseSize), spec);
    case "duration":
      return bounded(ownType(text, parseDuration), spec);
    default:
      return choice(text, spec);
  }
}

/**
 * Converts the argument of a flag.
 *
 * @throws {ToolError} `usage`.
 */
export function convertFlag(text: string, flag: string, spec: OptionSpec): OptionData {
  try {
    return convert(text, spec);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new ToolError("usage", `Cannot read flag ${flag}: ${error.message}`, {
      hints: ["see glance-direct fetch --help"],
    });
  }
}

/**
 * A value for people and for JSON: sizes and durations as texts in the form that can be read again.
 */
export function formatValue(value: OptionData, { type }: OptionSpec): OptionData {
  if (typeof value !== "number") return value;
  if (type === "size") return formatSize(value);
  return type === "duration" ? formatDuration(value) : value;
}

/**
 * A value as `$name` inserts it into another text: Python's `str()` for texts, booleans and
 * integers.
 */
export function asText(value: OptionData, spec: OptionSpec): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(formatValue(value, spec));
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...["true", "1", "on", "yes"].map((word) => [word, true] as const),
  ...["false", "0", "off", "no"].map((word) => [word, false] as const),
]);

function boolean(text: string): boolean {
  const value = BOOLEANS.get(text.toLowerCase());
  if (value === undefined) throw new ValueError(`'${text}' is not 'true' or 'false'`);
  return value;
}

/** A blank text is `None` for every number. */
function number(
  text: string,
  parse: (text: string) => number | undefined,
  kind: string,
): number | null {
  if (strip(text) === "") return null;
  const value = parse(text);
  if (value === undefined) throw new ValueError(`'${text}' is not ${kind}`);
  return value;
}

function bounded(value: number | null, spec: OptionSpec): number | null {
  if (value !== null && spec.min !== undefined && value < spec.min) {
    const [found, least] = [value, spec.min].map((number) => formatValue(number, spec));
    throw new ValueError(`'${found}' is less than '${least}'`);
  }
  return value;
}

/** There is no quoting, and only commas at the very end are dropped: `a,,b` has three items. */
function list(text: string): readonly string[] {
  const body = strip(text).replace(/,+$/, "");
  return body === "" ? [] : body.split(",").map(strip);
}

function choice(text: string, spec: OptionSpec): string {
  if (spec.choices === undefined || spec.choices.includes(text)) return text;
  throw new ValueError(`'${text}' is not one of '${spec.choices.join("', '")}'`);
}

const LABEL = new RegExp(`^(?!-)[${LETTERS_OF_ANY_CASE}0-9_-]{1,63}(?<!-)\\n?$`);

/**
 * `types.HostDomain`: an address, or labels of letters, digits, `-` and `_`, the last one not a
 * number. The dot of a fully qualified name is removed.
 */
function hostDomain(text: string): string {
  if (isIpv4(text) || URL.canParse(`http://[${text}]/`)) return text;
  const name = text.replace(/\.$/, "");
  const labels = name.split(".");
  const isName = text.length <= 253 && /[a-zA-Z-]/.test(labels.at(-1) ?? "") &&
    labels.every((label) => LABEL.test(label));
  if (!isName) throw new ValueError(`'${text}' is not a host name or an address`);
  return name;
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

function ownType(text: string, parse: (text: string) => number | null): number | null {
  if (text.trim() === "") return null;
  try {
    return parse(text);
  } catch (error) {
    throw new ValueError(messageOf(error));
  }
}
