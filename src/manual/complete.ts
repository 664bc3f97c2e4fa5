/**
 * Finds the candidates for the last word of a command line. The shells call the program itself, so
 * all of them get the same answer, and it knows the images.
 *
 * @module
 */
import type { TypedLine } from "@/manual/command_line.ts";
import { acceptedOptions, type CommandEntry, type ValueKind } from "@/manual/command_tree.ts";

/** A candidate: the word and its description. */
export type Candidate = readonly [word: string, what: string];

/** Candidates that only a service or the cache knows, or that the shell itself provides. */
export type Wanted = "image" | "image-id" | "file" | "directory";

/** The candidates for a word. */
export interface Offer {
  /** Known words. */
  readonly candidates: readonly Candidate[];
  /** Other kinds of candidates. */
  readonly wanted: Wanted | undefined;
}

/** The candidates for a line. */
export function offerFor(root: CommandEntry, line: TypedLine): Offer {
  const { command, current, isRest, option } = line;
  if (option !== undefined) return offerOf(option.value, option.choices);
  if (!isRest && current.startsWith("-")) {
    const flags = acceptedOptions(root, command).flatMap(({ description, long, short }) =>
      [long, ...short === undefined ? [] : [short]].map((flag): Candidate => [flag, description])
    );
    return { candidates: flags, wanted: undefined };
  }
  if (command.children.length > 0) {
    const names = command.children.map(({ path, summary }): Candidate => [
      path.at(-1) ?? "",
      summary,
    ]);
    return { candidates: names, wanted: undefined };
  }
  // Further arguments get the candidates of the last one.
  const argument = command.args[line.position] ?? command.args.at(-1);
  return offerOf(argument?.value, argument?.choices ?? []);
}

function offerOf(kind: ValueKind | undefined, choices: readonly string[]): Offer {
  const candidates = choices.map((choice): Candidate => [choice, ""]);
  return { candidates, wanted: kind === "choice" || kind === "text" ? undefined : kind };
}

/** The output for a shell's script: words with their description after a tab, or `:files`. */
export function answerLines(
  { current, prefix }: Pick<TypedLine, "current" | "prefix">,
  candidates: readonly Candidate[],
  wanted: Wanted | undefined,
): readonly string[] {
  const lines = candidates.filter(([word]) => word.startsWith(current))
    .map(([word, what]) => `${prefix}${word}\t${what}`);
  if (wanted === "file") return [...lines, ":files"];
  return wanted === "directory" ? [...lines, ":directories"] : lines;
}
