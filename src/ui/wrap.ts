/**
 * Breaks text between words.
 *
 * @module
 */

/**
 * Lines of at most so many columns. A longer word stays whole: a path or a command is there to be
 * copied.
 */
export function wrapWords(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
