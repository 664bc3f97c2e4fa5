/**
 * Makes untrusted text, such as the name of an image or a server's message, safe to show.
 *
 * @module
 */

/** Characters that move a cursor, colour a terminal, or change the direction of text. */
const COMMANDS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * The text on one line, for a terminal and for `grep`: it cannot imitate another line or control
 * the terminal.
 *
 * @example
 * ```ts
 * import { oneLine } from "@/ui/one_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(oneLine("ubuntu\n\x1b[31mred"), "ubuntu | ?[31mred");
 * ```
 */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " | ").replaceAll(COMMANDS, "?");
}
