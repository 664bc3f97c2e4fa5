/**
 * The few roff macros that a manual page needs (man(7), groff_man(7)), with escaped text.
 *
 * @module
 */

const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  '"': "\\(dq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** Text that roff prints unchanged: no request, no escape, no typographic quote or dash. */
export function plain(text: string): string {
  return text.replace(/[\\'"`^~-]/g, (char) => SPECIAL[char] ?? char)
    .replace(/[^\0-\x7f]/gu, (char) => `\\[u${codePoint(char)}]`)
    .replace(/^\./gm, "\\&.");
}

function codePoint(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

/** Bold text, for literal words. */
export function bold(text: string): string {
  return `\\fB${plain(text)}\\fR`;
}

/** Slanted text, for words that the reader replaces. */
export function italic(text: string): string {
  return `\\fI${plain(text)}\\fR`;
}

/** A section's heading. */
export function section(title: string): string {
  return `.SH ${plain(title.toUpperCase())}`;
}

/** A heading of a subsection. */
export function subsection(title: string): string {
  return `.SS ${plain(title)}`;
}

/** A paragraph. */
export function paragraph(body: string): string {
  return `.PP\n${body}`;
}

/** A term and its indented description; both are roff already. */
export function item(term: string, body: string): string {
  return `.TP\n${term}\n${body === "" ? "\\&" : body}`;
}

/** Lines printed unchanged. */
export function verbatim(lines: readonly string[]): string {
  return [".PP", ".RS 4", ".nf", ...lines.map(plain), ".fi", ".RE"].join("\n");
}
