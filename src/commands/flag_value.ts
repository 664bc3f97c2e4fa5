/**
 * Values of flags that are not configuration options.
 *
 * @module
 */
import { expectedFailure, ToolError } from "@/errors.ts";

/**
 * Makes a parser's error name the flag, in the same words as the flags of settings.
 *
 * @returns The parser; it throws {@linkcode ToolError} `usage`.
 */
export function flagValue<T>(flag: string, parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (caught) {
      const error = expectedFailure(caught);
      throw new ToolError("usage", `Cannot read flag ${flag}: ${error.message}`, { cause: error });
    }
  };
}
