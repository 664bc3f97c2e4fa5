/**
 * Parses an incomplete command line.
 *
 * @module
 */
import { acceptedOptions, type CommandEntry, type OptionEntry } from "@/manual/command_tree.ts";

/** The state at the last word. */
export interface TypedLine {
  /** The command so far. */
  readonly command: CommandEntry;
  /** The option whose value is the last word. */
  readonly option: OptionEntry | undefined;
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
export function readLine(root: CommandEntry, words: readonly string[]): TypedLine {
  const last = words.at(-1) ?? "";
  const globals: string[] = [];
  let command = root;
  let option: OptionEntry | undefined;
  let isRest = false;
  let position = 0;
  for (const word of words.slice(0, -1)) {
    if (option !== undefined) {
      if (isPlace(root, option)) globals.push(option.long, word);
      option = undefined;
    } else if (word === "--") isRest = true;
    else if (!isRest && word.startsWith("-")) {
      const found = optionOf(root, command, word);
      const takesNext = found?.value !== undefined && !word.includes("=");
      if (takesNext) option = found;
      else if (found !== undefined && isPlace(root, found)) globals.push(word);
    } else {
      const child = isRest ? undefined : childOf(command, word);
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
function isPlace({ options }: CommandEntry, option: OptionEntry): boolean {
  return options.includes(option) && /^--(?:config|os|insecure)\b/.test(option.long);
}

function childOf({ children }: CommandEntry, word: string): CommandEntry | undefined {
  return children.find(({ path }) => path.at(-1) === word);
}

function optionOf(root: CommandEntry, command: CommandEntry, word: string) {
  const flag = word.split("=")[0];
  return acceptedOptions(root, command).find(({ long, short }) => flag === long || flag === short);
}
