/**
 * Text of others, such as the name of an image or what a server says, as it may be shown.
 *
 * @module
 */

/** What moves a cursor, colours a terminal, or turns the order of characters around. */
const COMMANDS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * The text on one line, for a terminal and for `grep`: it can neither forge another line nor tell the
 * terminal to do anything.
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
