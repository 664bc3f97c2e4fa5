/**
 * What a command tells beside its flags: remarks, examples, and the exit statuses that matter for it.
 * Help, the manual page and the completions read it from here.
 *
 * @module
 */
import { wrapWords } from "@/ui/wrap.ts";
import { EXIT_MEANINGS, type ExitStatus } from "@/manual/exit_statuses.ts";

/** A status, with its general meaning or one of the command's own. */
export type DocumentedStatus = ExitStatus | readonly [status: number, when: string];

/** What is told of a command. */
export interface Documentation {
  /** Paragraphs; a list of lines is printed as it stands. */
  readonly notes?: readonly (string | readonly string[])[];
  /** Command lines without the program's name, and what they do. */
  readonly examples: readonly (string | readonly [line: string, what: string])[];
  /** Statuses in rising order. */
  readonly exits: readonly DocumentedStatus[];
  /** Whether this is the program itself: its help has what holds for every command. */
  readonly isProgram?: true;
  /** What the shell may offer for the arguments. */
  readonly candidates?: readonly string[];
}

/** The part of a command that is written to; commander's `Command`. */
export interface Documentable {
  /** Adds text to the end of the help. */
  addHelpText(position: "after", text: string): unknown;
}

const DOCUMENTED = new WeakMap<object, Documentation>();

/** The program's name, as it is typed. */
export const PROGRAM = "glance-direct";

/** Adds the documentation to a command's help. @returns The command. */
export function document<T extends Documentable>(command: T, documentation: Documentation): T {
  DOCUMENTED.set(command, documentation);
  command.addHelpText("after", renderHelp(documentation));
  return command;
}

/** What {@linkcode document} said of a command. */
export function documentationOf(command: object): Documentation | undefined {
  return DOCUMENTED.get(command);
}

/** Examples as pairs of a line and what it does, which may be empty. */
export function exampleRows({ examples }: Documentation): readonly (readonly [string, string])[] {
  return examples.map((example) => {
    const [line, what] = typeof example === "string" ? [example, ""] : example;
    return [line === "" ? PROGRAM : `${PROGRAM} ${line}`, what];
  });
}

/** Statuses as pairs of a number and when it is returned. */
export function exitRows({ exits }: Documentation): readonly (readonly [number, string])[] {
  return exits.map((exit) => typeof exit === "number" ? [exit, EXIT_MEANINGS[exit]] : exit);
}

/** Longest line with a remark beside it; beyond, 80 columns would not hold both. */
const ROOM = 42;

function renderHelp(documentation: Documentation): string {
  const notes = (documentation.notes ?? []).flatMap((
    note,
  ) => ["", ...typeof note === "string" ? wrapWords(note, 80) : note]);
  const rows = exampleRows(documentation);
  const width = Math.max(0, ...rows.map(([line]) => line.length).filter((n) => n <= ROOM));
  const examples = rows.map(([line, what]) =>
    what === ""
      ? `  ${line}`
      : line.length > ROOM
      ? `  ${line}\n  ${" ".repeat(width)}  ${what}`
      : `  ${line.padEnd(width)}  ${what}`
  );
  return [...notes, "", "Examples:", ...examples, "", ...exitLines(documentation)].join("\n");
}

/** A command tells what its own statuses mean; the general ones would fill the screen each time. */
function exitLines(documentation: Documentation): readonly string[] {
  const { exits, isProgram } = documentation;
  const told = isProgram ? exits : exits.filter((exit) => typeof exit !== "number");
  const lines = exitRows({ ...documentation, exits: told })
    .map(([status, when]) => `  ${String(status).padStart(3)}  ${when}`);
  const rest = `Global options${told.length < exits.length ? ", other exit statuses" : ""}`;
  return [
    ...lines.length > 0 ? ["Exit status:", ...lines, ""] : [],
    isProgram ? `The manual: ${PROGRAM} man | man -l -` : `${rest}: ${PROGRAM} --help`,
  ];
}
