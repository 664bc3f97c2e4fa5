/**
 * Documentation of a command in addition to its flags: notes, examples, and its exit statuses.
 * Help, the manual page and the completions use it.
 *
 * @module
 */
import type { AnyCommand } from "@/manual/commander.ts";
import { wrapWords } from "@/ui/wrap.ts";
import { EXIT_MEANINGS, type ExitStatus } from "@/manual/exit_statuses.ts";

/** A status, with its general meaning or one specific to the command. */
export type DocumentedStatus = ExitStatus | readonly [status: number, when: string];

/** The documentation of a command. */
export interface Documentation {
  /** Paragraphs; a list of lines is printed unchanged. */
  readonly notes?: readonly (string | readonly string[])[];
  /** Command lines without the program's name, with a description. */
  readonly examples: readonly (string | readonly [line: string, what: string])[];
  /** Statuses in ascending order. */
  readonly exits: readonly DocumentedStatus[];
  /** Whether this is the program itself: its help has what applies to every command. */
  readonly isProgram?: true;
  /** Candidates for the arguments, for the shell. */
  readonly candidates?: readonly string[];
}

const DOCUMENTED = new WeakMap<object, Documentation>();

/** The program's name on the command line. */
export const PROGRAM = "glance-direct";

/** Adds the documentation to a command's help. @returns The command. */
export function document<C extends AnyCommand>(
  command: C,
  documentation: Documentation,
): C {
  DOCUMENTED.set(command, documentation);
  command.addHelpText("after", renderHelp(documentation));
  return command;
}

/** What {@linkcode document} recorded for a command. */
export function documentationOf(command: object): Documentation | undefined {
  return DOCUMENTED.get(command);
}

/** Examples as pairs of a line and its description, which may be empty. */
export function exampleRows({ examples }: Documentation): readonly (readonly [string, string])[] {
  return examples.map((example) => {
    const [line, what] = typeof example === "string" ? [example, ""] : example;
    return [line === "" ? PROGRAM : `${PROGRAM} ${line}`, what];
  });
}

/** Statuses as pairs of a number and its meaning. */
export function exitRows({ exits }: Documentation): readonly (readonly [number, string])[] {
  return exits.map((exit) => typeof exit === "number" ? [exit, EXIT_MEANINGS[exit]] : exit);
}

/** Longest line with a remark next to it; a longer one would not fit into 80 columns. */
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

/** A command lists only its own statuses; the general ones would fill the screen. */
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
