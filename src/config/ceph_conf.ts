/**
 * The part of ceph.conf that the program needs before `rbd` reads the file: the fsid of the
 * cluster, and the keyring of a user. Its dialect is Ceph's own (`src/common/ConfUtils.cc`), not
 * nova's.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

/**
 * Where Ceph looks for a keyring if ceph.conf does not set one (`src/common/options`, `keyring`).
 */
const DEFAULT_KEYRING = "/etc/ceph/$cluster.$name.keyring,/etc/ceph/$cluster.keyring," +
  "/etc/ceph/keyring,/etc/ceph/keyring.bin";

/** Maximum number of references to other options in one value: each may contain more references. */
const LARGEST_EXPANSION = 1000;

/** A ceph.conf, as one client sees it. */
export class CephConf {
  readonly #sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly #user: string;
  readonly #metavariables: ReadonlyMap<string, string>;

  /**
   * Parses a file as `client.<user>` sees it.
   *
   * @param path Determines the cluster name as in Ceph: `/etc/ceph/east.conf` is `east`, any other
   * name `ceph`.
   * @throws {ToolError} `config_invalid` with file and line.
   */
  constructor(text: string, path: string, user: string) {
    this.#sections = parse(text, path);
    this.#user = user;
    this.#metavariables = new Map([
      ["cluster", /([^/]+)\.conf$/.exec(path)?.[1] ?? "ceph"],
      ["name", `client.${user}`],
      ["type", "client"],
      ["id", user],
      ["num", user],
    ]);
  }

  /** The value of an option in `[client.<user>]`, `[client]` or `[global]`, in this order. */
  get(name: string): string | undefined {
    const text = this.#text(name);
    return text === undefined ? undefined : this.#expand(text);
  }

  /**
   * The value of an option in `[client.<user>]` alone, as in a keyring; `undefined` without one.
   */
  own(name: string): string | undefined {
    return this.#sections.get(`client.${this.#user}`)?.get(name);
  }

  /** The cluster's fsid in lower case, if the file has it. */
  get fsid(): string | undefined {
    return this.get("fsid")?.toLowerCase() || undefined;
  }

  /** Files that Ceph tries for the user's key, in this order; it uses the first that exists. */
  get keyrings(): readonly string[] {
    const text = this.#text("keyring") ?? DEFAULT_KEYRING;
    return this.#expand(text).split(/[\s,;]+/).filter((path) => path !== "");
  }

  #text(name: string): string | undefined {
    for (const section of [`client.${this.#user}`, "client", "global"]) {
      const text = this.#sections.get(section)?.get(name);
      if (text !== undefined) return text;
    }
  }

  /**
   * `$name` may also be another option of the file. Unknown names stay unchanged, and so do
   * references beyond {@linkcode LARGEST_EXPANSION}.
   */
  #expand(text: string, depth = 0, budget = { left: LARGEST_EXPANSION }): string {
    return text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (match, bare?: string, braced?: string) => {
      const name = bare ?? braced ?? "";
      const other = depth < 8 && budget.left-- > 0 ? this.#text(name) : undefined;
      return this.#metavariables.get(name) ??
        (other === undefined ? match : this.#expand(other, depth + 1, budget));
    });
  }
}

const BLANK = /^\s*(?:[#;].*)?$/s;
const SECTION = /^\[([^[\]#;]+)\]\s*(?:[#;].*)?$/s;
// Includes the blanks around the key: a separate pattern could match them in many ways, which is
// slow.
const OPTION = /^([^=[#;]+)=(.*)$/s;

/** Options by section. A file without any section is all `[global]`. */
function parse(text: string, path: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: string | undefined;
  for (const { line, number } of logicalLines(text)) {
    if (BLANK.test(line)) continue;
    const name = SECTION.exec(line)?.[1];
    if (name !== undefined && (section !== undefined || sections.size === 0)) {
      section = name;
      continue;
    }
    const [, key, rest] = OPTION.exec(line) ?? [];
    const value = rest === undefined ? undefined : plainValue(rest);
    if (key === undefined || value === undefined) throw syntaxError(line, path, number);
    const options = sections.get(section ?? "global") ?? new Map<string, string>();
    sections.set(section ?? "global", options.set(normalizeKey(key), value));
  }
  return sections;
}

/** The reason without the line itself, which may have a key. */
function syntaxError(line: string, path: string, number: number): ToolError {
  const reason = SECTION.test(line)
    ? "options come before the first section"
    : line.startsWith("[")
    ? "a section is '[name]' alone on its line"
    : OPTION.test(line)
    ? "quotes must end, and nothing may follow them"
    : "an option needs a name and '='";
  return new ToolError("config_invalid", `Cannot read '${path}:${number}': ${reason}`, {
    hints: [`correct that line: sed -n ${number}p ${path}`],
  });
}

/** Lines with their continuations: a `\` that is not itself escaped, as the very last character. */
function* logicalLines(text: string): Generator<{ line: string; number: number }> {
  let number = 0;
  let start = 1;
  let line = "";
  for (const piece of text.split(/\r\n|\r|\n/)) {
    number++;
    if (line === "") start = number;
    const isContinued = /(?<!\\)(?:\\\\)*\\$/.test(piece);
    line += isContinued ? piece.slice(0, -1) : piece;
    if (isContinued) continue;
    yield { line, number: start };
    line = "";
  }
  if (line !== "") yield { line, number: start };
}

/** Blanks and underscores in a key are equivalent; Ceph accepts dashes only on the command line. */
function normalizeKey(key: string): string {
  return key.trim().replace(/\s+/g, "_");
}

const QUOTED = {
  '"': /^"((?:\\.|[^\\"#;])*)"\s*(?:[#;].*)?$/s,
  "'": /^'((?:\\.|[^\\'#;])*)'\s*(?:[#;].*)?$/s,
} as const;

/** The value without its quotes, escapes and comment; `undefined` if the quotes do not match. */
function plainValue(rest: string): string | undefined {
  const text = rest.trim();
  const quote = text.at(0);
  const inner = quote === '"' || quote === "'"
    ? QUOTED[quote].exec(text)?.[1]
    : /^(?:\\.|[^\\#;])*/s.exec(text)?.[0];
  return inner?.replace(/\\(.)/gs, "$1").trim();
}
