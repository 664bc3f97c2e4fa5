/**
 * What a shell may offer for the last word of a command line. The shells ask the program itself, so
 * that there is one answer for all of them, and it knows the images.
 *
 * @module
 */
import type { TypedLine } from "@/manual/command_line.ts";
import { acceptedOptions, type CommandEntry, type ValueKind } from "@/manual/command_tree.ts";

/** Something to offer: the word and what it is. */
export type Candidate = readonly [word: string, what: string];

/** What only a service or the cache knows; and what the shell itself finds best. */
export type Wanted = "image" | "image-id" | "file" | "directory";

/** What may be offered. */
export interface Offer {
  /** Words that are known. */
  readonly candidates: readonly Candidate[];
  /** What else belongs here. */
  readonly wanted: Wanted | undefined;
}

/** The offer for a line. */
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
  // The last argument's offer serves for all behind it.
  const argument = command.args[line.position] ?? command.args.at(-1);
  return offerOf(argument?.value, argument?.choices ?? []);
}

function offerOf(kind: ValueKind | undefined, choices: readonly string[]): Offer {
  const candidates = choices.map((choice): Candidate => [choice, ""]);
  return { candidates, wanted: kind === "choice" || kind === "text" ? undefined : kind };
}

/** The lines for the stub of a shell: words with what they are behind a tab, or `:files`. */
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
