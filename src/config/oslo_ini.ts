/**
 * The INI dialect of oslo.config (`iniparser.py`, `cfg.py: ConfigParser`), which no INI library
 * supports: `:` also separates, indented lines continue a value, and comments need their own line.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { lstrip, rstrip, strip } from "@/config/python_text.ts";

/** One value of one key, and the line where it starts (from 1). */
export interface IniEntry {
  /** The text, with continuation lines joined by newlines, before substitution. */
  readonly text: string;
  /** Line of the key. */
  readonly line: number;
}

/** Keys of one section, each with its values in the order of the file. */
export type IniSection = ReadonlyMap<string, readonly IniEntry[]>;

/** Sections by name: lower case, except `DEFAULT`. */
export type IniFile = ReadonlyMap<string, IniSection>;

/**
 * Parses the text of one file.
 *
 * @param path Origin of the text, for errors. They quote no line: it may have a password.
 * @throws {ToolError} `config_invalid` with file and line.
 */
export function parseIni(text: string, path: string): IniFile {
  const parser = new IniParser(path);
  for (const line of text.split(/\r\n|\r|\n/)) parser.line(rstrip(line));
  return parser.end();
}

/** The key of a section. */
export function sectionName(name: string): string {
  return name === "DEFAULT" ? name : name.toLowerCase();
}

class IniParser {
  readonly #path: string;
  readonly #sections = new Map<string, Map<string, IniEntry[]>>();
  #section: Map<string, IniEntry[]> | undefined;
  #open: { readonly key: string; readonly line: number; readonly values: string[] } | undefined;
  #line = 0;

  constructor(path: string) {
    this.#path = path;
  }

  line(line: string): void {
    this.#line++;
    if (line.startsWith(" ") || line.startsWith("\t")) return this.#continue(line);
    this.#flush();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) return;
    if (line.startsWith("[")) return this.#start(line);
    this.#assign(line);
  }

  end(): IniFile {
    this.#flush();
    return this.#sections;
  }

  #continue(line: string): void {
    if (this.#open === undefined) throw this.#error("an indented line continues nothing");
    this.#open.values.push(lstrip(line));
  }

  #start(line: string): void {
    if (!line.endsWith("]")) throw this.#error("a section must end with ']'");
    if (line.length <= 2) throw this.#error("a section has no name");
    const name = sectionName(line.slice(1, -1));
    this.#section = this.#sections.get(name) ?? new Map();
    this.#sections.set(name, this.#section);
  }

  #assign(line: string): void {
    const separator = line.search(/[=:]/);
    if (separator < 0) throw this.#error("an option needs '=' or ':'");
    const key = strip(line.slice(0, separator));
    if (key === "") throw this.#error("an option has no name");
    this.#open = { key, line: this.#line, values: [unquote(strip(line.slice(separator + 1)))] };
  }

  #flush(): void {
    if (this.#open === undefined) return;
    const { key, line, values } = this.#open;
    this.#open = undefined;
    if (this.#section === undefined) throw this.#error("an option comes before any section", line);
    const entries = this.#section.get(key) ?? [];
    entries.push({ text: values.join("\n"), line });
    this.#section.set(key, entries);
  }

  #error(reason: string, line: number = this.#line): ToolError {
    return new ToolError("config_invalid", `Cannot read '${this.#path}:${line}': ${reason}`, {
      hints: [`correct that line: sed -n ${line}p ${this.#path}`],
    });
  }
}

/** Removes only the outer pair; a single quote mark counts as a pair. */
function unquote(text: string): string {
  const quoted = /^["']/.test(text) && text.at(0) === text.at(-1);
  return quoted ? text.slice(1, -1) : text;
}
