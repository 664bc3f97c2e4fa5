/**
 * One configuration and its result, as written in `oslo_config_cases.txt`.
 *
 * @module
 */

/** A value, or the kind of error in its place; `line` only for a syntax error. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly error: string; readonly line?: number };

/** A configuration to be read. */
export interface OsloCase {
  /** What it shows. */
  readonly title: string;
  /** Text by path; a path that ends with `/` is an empty directory. */
  readonly files: Readonly<Record<string, string>>;
  /** Command line of nova-compute. */
  readonly args: readonly string[];
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Options to read, `group.name`. */
  readonly keys: readonly string[];
}

/** What comes out: one outcome for each key, or one for all when the files cannot be read. */
export type Outcomes = readonly Outcome[] | Outcome;

/** A case with what must come out. */
export interface ProvedCase extends OsloCase {
  /** What this program must make of it. */
  readonly expected: Outcomes;
  /** What oslo.config makes of it: the same, but for the intended differences. */
  readonly oslo: Outcomes;
}

/** Reads the fixture. */
export function parseCases(fixture: string): ProvedCase[] {
  const blocks = fixture.replace(/^#.*\n/gm, "").trim().split(/\n+(?=case: |values: )/);
  return blocks.flatMap((block) =>
    block.startsWith("values: ") ? valueTable(block) : [oneCase(block)]
  );
}

function valueTable(block: string): ProvedCase[] {
  const [head = "", ...rows] = block.split("\n");
  const key = head.slice("values: ".length);
  const [group, name] = key.split(".");
  return rows.map((row) => {
    const [, text = "", outcome = ""] = /^ {4}(.*) -> (.*)$/.exec(row) ?? [];
    return {
      title: `${key} = ${text}`,
      files: { "/nova.conf": decode(`[${group}]\n${name} = ${text}\n`) },
      args: ["--config-file", "/nova.conf"],
      env: {},
      keys: [key],
      ...expectations([outcome], true),
    };
  });
}

function oneCase(block: string): ProvedCase {
  const files = Object.fromEntries(
    [...block.matchAll(/^(\/.*):\n((?: {4}.*\n|\n)*)/gm)].map(([, path = "", lines = ""]) => [
      path,
      decode(lines.replace(/^ {4}/gm, "")),
    ]),
  );
  const outcomes = [...block.matchAll(/^-> (?:([\w.]+) )?(.*)$/gm)];
  const keys = outcomes.flatMap(([, key]) => key ?? []);
  return {
    title: /^case: (.*)$/m.exec(block)?.[1] ?? "",
    files,
    args: parseArgs(block) ?? Object.keys(files).flatMap((path) => ["--config-file", path]),
    env: Object.fromEntries(
      [...block.matchAll(/^env: (\w+)=(.*)$/gm)].map(([, name, text = ""]) => [name, decode(text)]),
    ),
    keys,
    ...expectations(outcomes.map(([, , outcome = ""]) => outcome), keys.length > 0),
  };
}

function parseArgs(block: string): string[] | undefined {
  const text = /^args: (.*)$/m.exec(block)?.[1];
  return text === "none" ? [] : text?.split(" ");
}

/** `\x{a0}` is that character, and `\x{}` at the end of a line takes its newline away. */
function decode(text: string): string {
  return text.replaceAll("\\x{}\n", "").replace(
    /\\x\{([0-9a-f]+)\}/g,
    (_match, code: string) => String.fromCodePoint(parseInt(code, 16)),
  );
}

/** `OURS instead of THEIRS`, or what both say. */
function expectations(
  texts: readonly string[],
  hasKeys: boolean,
): Pick<ProvedCase, "expected" | "oslo"> {
  const pairs = texts.map((text) => text.split(" instead of "));
  const own = pairs.map(([text = ""]) => parseOutcome(text));
  const oslo = pairs.map(([text = "", other = text]) => parseOutcome(other));
  return { expected: whole(own, hasKeys), oslo: whole(oslo, hasKeys) };
}

/** Without keys there is one outcome for all of them: an error, or nothing. */
function whole(outcomes: readonly Outcome[], hasKeys: boolean): Outcomes {
  const [first] = outcomes;
  if (hasKeys || first === undefined) return outcomes;
  return "error" in first ? first : [];
}

function parseOutcome(text: string): Outcome {
  const error = /^!(\w+)(?: in line (\d+))?$/.exec(text);
  if (error === null) return { value: text === "?" ? text : JSON.parse(text) };
  const line = error[2] === undefined ? {} : { line: Number(error[2]) };
  return { error: error[1] ?? "", ...line };
}
