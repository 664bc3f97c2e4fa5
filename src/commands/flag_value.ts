/**
 * Values of flags that no configuration has.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

/**
 * Makes a parser's complaint name the flag, in the words that the flags of settings have.
 *
 * @returns The parser; it throws {@linkcode ToolError} `usage`.
 */
export function flagValue<T>(flag: string, parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      throw new ToolError("usage", `Cannot read flag ${flag}: ${error.message}`, { cause: error });
    }
  };
}
