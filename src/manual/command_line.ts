/**
 * Parses an incomplete command line.
 *
 * @module
 */
import { acceptedOptions, childrenOf, optionsOf, takesValue } from "@/manual/command_tree.ts";
import type { AnyCommand, AnyOption } from "@/manual/commander.ts";

/** The state at the last word. */
export interface TypedLine {
  /** The command so far. */
  readonly command: AnyCommand;
  /** The option whose value is the last word. */
  readonly option: AnyOption | undefined;
  /** The text before that value in the same word: `--source=`. */
  readonly prefix: string;
  /** The last word, without the prefix. */
  readonly current: string;
  /** Number of arguments before it. */
  readonly position: number;
  /** Whether `--` has ended the options. */
  readonly isRest: boolean;
  /** Global options so far, as typed: they select the files and the cloud. */
  readonly globals: readonly string[];
}

/**
 * Reads a line.
 *
 * @param words The words after the program's name; the last one is being typed, and may be empty.
 */
export function readLine(root: AnyCommand, words: readonly string[]): TypedLine {
  const last = words.at(-1) ?? "";
  const globals: string[] = [];
  let command = root;
  let option: AnyOption | undefined;
  let isRest = false;
  let position = 0;
  for (const word of words.slice(0, -1)) {
    if (option !== undefined) {
      if (isPlace(root, option)) globals.push(option.long ?? "", word);
      option = undefined;
    } else if (word === "--") isRest = true;
    else if (!isRest && word.startsWith("-")) {
      const found = optionOf(root, command, word);
      if (found === undefined) continue;
      if (takesValue(found) && !word.includes("=")) option = found;
      else if (isPlace(root, found)) globals.push(word);
    } else {
      const child = isRest ? undefined : childrenOf(command).find((one) => one.name() === word);
      if (child === undefined) position++;
      else command = child;
    }
  }
  const attached = option === undefined && !isRest ? /^(--[\w-]+=)(.*)$/s.exec(last) : null;
  const [, prefix = "", current = last] = attached ?? [];
  option ??= prefix === "" ? undefined : optionOf(root, command, prefix);
  return { command, option, prefix, current, position, isRest, globals };
}

/** Without output options: the output for the shell has a fixed form. */
function isPlace(root: AnyCommand, option: AnyOption): boolean {
  return optionsOf(root).includes(option) && /^--(?:config|os|insecure)\b/.test(option.long ?? "");
}

function optionOf(root: AnyCommand, command: AnyCommand, word: string): AnyOption | undefined {
  const [flag = ""] = word.split("=");
  return acceptedOptions(root, command).find(({ long, short }) => flag === long || flag === short);
}
