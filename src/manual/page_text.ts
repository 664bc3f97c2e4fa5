/**
 * A manual page as plain text, for a terminal: a compute host may have no `man`. It reads only the
 * macros that `roff.ts` writes.
 *
 * @module
 */
import { hungAt, wrapWords } from "@/ui/wrap.ts";

/** Indentation of text, and of a description below its term, as in man(1). */
const TEXT = 7;
const DESCRIPTION = 14;

/** Widest lines: longer ones are hard to read. */
const WIDEST = 100;

/** The page without a trailing newline. */
export function pageText(roff: string, columns: number): string {
  const page = new PageText(Math.min(columns, WIDEST));
  for (const line of roff.split("\n")) page.read(line);
  return page.text();
}

/** One page: lines so far, and the paragraph that is being read. */
class PageText {
  readonly #columns: number;
  readonly #lines: string[] = [];
  #words: string[] = [];
  #indent = TEXT;
  #shift = 0;
  /** Number of lines up to the last heading, which has no empty line below it. */
  #headed = 0;
  #isVerbatim = false;
  #isTerm = false;
  /** A term that is short enough for the line of its description. */
  #term = "";

  constructor(columns: number) {
    this.#columns = columns;
  }

  read(line: string): void {
    const [, macro, rest = ""] = /^\.(TH|SH|SS|PP|TP|RS|RE|nf|fi|br)(?: (.*))?$/.exec(line) ?? [];
    if (macro === undefined) return this.#add(unescaped(line));
    this.#flush();
    if (macro === "TH") this.#lines.push(title(rest));
    if (macro === "SH") this.#heading(0, rest);
    if (macro === "SS") this.#heading(3, rest);
    if (macro === "PP" || macro === "TP") this.#paragraph(macro === "TP");
    if (macro === "RS" || macro === "RE") this.#shift += macro === "RS" ? Number(rest) : -4;
    if (macro === "nf" || macro === "fi") this.#isVerbatim = macro === "nf";
  }

  text(): string {
    this.#flush();
    return this.#lines.join("\n");
  }

  #heading(indent: number, roff: string): void {
    this.#lines.push("", hungAt(indent, unescaped(roff), this.#columns));
    this.#headed = this.#lines.length;
    this.#indent = TEXT;
  }

  #paragraph(isTerm: boolean): void {
    if (this.#lines.length !== this.#headed) this.#lines.push("");
    this.#indent = TEXT;
    this.#isTerm = isTerm;
  }

  #add(text: string): void {
    const isShort = this.#isTerm && text.length < DESCRIPTION - TEXT;
    if (isShort) this.#term = text;
    else this.#words.push(text);
    if (this.#isVerbatim || (this.#isTerm && !isShort)) this.#flush();
    if (this.#isTerm) this.#indent = DESCRIPTION;
    this.#isTerm = false;
  }

  #flush(): void {
    const indent = this.#indent + this.#shift;
    const text = this.#words.join(" ");
    const room = this.#columns - indent;
    const lines = this.#isVerbatim || text === "" ? this.#words : wrapWords(text, room);
    this.#push(lines.map((line) => hungAt(indent, line, this.#columns).trimEnd()));
    this.#words = [];
    this.#term = "";
  }

  #push(lines: readonly string[]): void {
    if (this.#term === "") return void this.#lines.push(...lines);
    const [first = "", ...more] = lines;
    const head = (" ".repeat(TEXT) + this.#term).padEnd(DESCRIPTION);
    const isBeside = first.startsWith(" ".repeat(DESCRIPTION));
    if (isBeside) this.#lines.push(head + first.slice(DESCRIPTION), ...more);
    else this.#lines.push(head.trimEnd(), ...lines);
  }
}

/** `GLANCE\-DIRECT 1 …` as `GLANCE-DIRECT(1)`. */
function title(rest: string): string {
  const [name = "", volume = ""] = rest.split(" ");
  return `${unescaped(name)}(${volume})`;
}

const CHARACTERS: Readonly<Record<string, string>> = {
  e: "\\",
  "-": "-",
  "(aq": "'",
  "(dq": '"',
  "(ga": "`",
  "(ha": "^",
  "(ti": "~",
  "&": "",
};

/** The text of a line, without its fonts. */
function unescaped(line: string): string {
  return line.replace(
    /\\(?:f[BIR]|\[u([0-9A-F]+)\]|(\([a-z]{2}|[-e&]))/g,
    (_all, code, name) =>
      code !== undefined
        ? String.fromCodePoint(parseInt(code, 16))
        : name === undefined
        ? ""
        : CHARACTERS[name] ?? "",
  );
}
