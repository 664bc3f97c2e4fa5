/**
 * Wraps text between words, and sentences between their parts.
 *
 * @module
 */
import { shortDigests } from "@/shown_digest.ts";
import { commandParts, wordsOf } from "@/ui/words.ts";

/**
 * Lines of at most this many columns. A longer word is not broken, so that a path or a URL can be
 * copied.
 */
export function wrapWords(text: string, columns: number): readonly string[] {
  const isLong = (word: string) => word.length > columns;
  const words = wordsOf(text).flatMap((word) => isLong(word) ? word.split(/\s+/) : [word]);
  return wrapParts(words, columns);
}

/** The same for a hint: a command in it stays on one line, whatever its length. */
export function wrapHint(hint: string, columns: number): readonly string[] {
  return wrapParts(commandParts(hint), columns);
}

/**
 * The same for a sentence that compares digests: one that is longer than a line is shortened, and
 * `-f json` has it in full.
 */
export function wrapSentence(text: string, columns: number): readonly string[] {
  const words = wordsOf(text).map((word) => word.length > columns ? shortDigests(word) : word);
  return wrapWords(words.join(" "), columns);
}

/**
 * The same for parts that are not broken, such as a number with its unit; they are joined by a
 * blank.
 */
export function wrapParts(parts: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= columns) {
      lines[lines.length - 1] = `${last} ${part}`;
    } else {
      lines.push(part);
    }
  }
  return lines;
}

/** Indentation of continued lines, in columns. */
const INDENT = 2;

/**
 * {@linkcode wrapParts} as text, with every line but the first indented. A part that is too long is
 * broken between words.
 */
export function hangingParts(parts: readonly string[], columns: number): string {
  const width = columns - INDENT;
  return hanging(
    parts.flatMap((part) => part.length > width ? wrapSentence(part, width) : [part]),
    columns,
  );
}

/** {@linkcode wrapHint} as text after a few words, with every line but the first indented. */
export function hangingHint(head: string, hint: string, columns: number): string {
  const line = `${head} ${hint}`;
  return line.length < columns ? line : hanging([head, ...commandParts(hint)], columns);
}

function hanging(parts: readonly string[], columns: number): string {
  const [first = "", ...more] = wrapParts(parts, columns - INDENT);
  return [first, ...more.map((line) => hungAt(INDENT, line, columns))].join("\n");
}

/**
 * A line that starts at a column, or before it if it is too long, so that a path stays on one line.
 */
export function hungAt(start: number, line: string, columns: number): string {
  return " ".repeat(Math.max(0, Math.min(start, columns - line.length))) + line;
}
