/**
 * Finds the candidates for the last word of a command line. The shells call the program itself, so
 * all of them get the same answer, and it knows the images.
 *
 * @module
 */
import type { TypedLine } from "@/manual/command_line.ts";
import {
  acceptedOptions,
  childrenOf,
  choicesOf,
  takesValue,
  type ValueKind,
  valueKind,
} from "@/manual/command_tree.ts";
import type { AnyCommand } from "@/manual/commander.ts";

/** A candidate: the word and its description. */
export type Candidate = readonly [word: string, what: string];

/** Candidates that only a service or the cache knows, or that the shell itself provides. */
export type Wanted = Exclude<ValueKind, "choice" | "text">;

/** The candidates for a word: known words, and another kind of candidates. */
export type Offer = readonly [candidates: readonly Candidate[], wanted?: Wanted];

/** The candidates for a line. */
export function offerFor(root: AnyCommand, line: TypedLine): Offer {
  const { command, current, isRest, option, position } = line;
  if (option !== undefined) {
    return takesValue(option) ? offerOf(option.flags, option.argChoices) : [[]];
  }
  if (!isRest && current.startsWith("-")) {
    return [
      acceptedOptions(root, command).flatMap(({ description, long, short }) =>
        [long, short].flatMap((flag): Candidate[] =>
          flag === undefined ? [] : [[flag, description]]
        )
      ),
    ];
  }
  const children = childrenOf(command);
  if (children.length > 0) {
    return [children.map((child): Candidate => [child.name(), child.summary()])];
  }
  // Further arguments get the candidates of the last one.
  const argument = command.registeredArguments[position] ?? command.registeredArguments.at(-1);
  return argument === undefined ? [[]] : offerOf(argument.name(), choicesOf(command, argument));
}

function offerOf(placeholder: string, choices: readonly string[] = []): Offer {
  const kind = valueKind(placeholder, choices);
  if (kind === "choice") return [choices.map((choice): Candidate => [choice, ""])];
  return kind === "text" ? [[]] : [[], kind];
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
