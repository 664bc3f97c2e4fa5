/**
 * Wraps text between words, and sentences between their parts.
 *
 * @module
 */

/**
 * Lines of at most this many columns. A longer word is not broken, so that a path or a command can
 * be copied.
 */
export function wrapWords(text: string, columns: number): readonly string[] {
  return wrapParts(text.split(/\s+/), columns);
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
 * broken.
 */
export function hangingParts(parts: readonly string[], columns: number): string {
  const width = columns - INDENT;
  const fitting = parts.flatMap((part) => part.length > width ? wrapWords(part, width) : [part]);
  return wrapParts(fitting, width).join(`\n${" ".repeat(INDENT)}`);
}

/**
 * A line that starts at a column, or before it if it is too long, so that a path stays on one line.
 */
export function hungAt(start: number, line: string, columns: number): string {
  return " ".repeat(Math.max(0, Math.min(start, columns - line.length))) + line;
}
